import FoundationEssentials

/// A user as one app sees them.
struct UserID: Hashable, Sendable {
    let appid: String
    let name: String
}

/// What WeChat keeps of a user in an app.
struct SandboxUser: Sendable {
    /// Calls for one user in a minute, after which WeChat answers 45011 (WeChat Mini Program API, auth.code2Session).
    static let callsPerMinute = 100
    /// The name of a user whom WeChat refuses from the start.
    static let blockedName = "blocked"

    private(set) var sessionKey = Identifiers.makeSessionKey()
    private var keyIssuedAt: Date
    private var recentCalls: [Date] = []
    /// Whether WeChat takes the user for a risk and answers 40226.
    var isHighRisk: Bool

    init(named name: String, at now: Date) {
        keyIssuedAt = now
        isHighRisk = name == Self.blockedName
    }

    /// A new login code replaces the session key, unless it is younger than `minimumAge`.
    ///
    /// At most one key is valid at any moment; `wx.login` may replace it, short repeats need not (WeChat Mini Program
    /// guide, "session_key").
    mutating func refreshSessionKey(at now: Date, minimumAge: Duration) {
        guard now.timeIntervalSince(keyIssuedAt) >= minimumAge / .seconds(1) else { return }
        sessionKey = Identifiers.makeSessionKey()
        keyIssuedAt = now
    }

    /// Counts a call; false when the user has had all the calls of the last minute.
    mutating func admitsCall(at now: Date) -> Bool {
        recentCalls.removeAll { now.timeIntervalSince($0) >= 60 }
        guard recentCalls.count < Self.callsPerMinute else { return false }
        recentCalls.append(now)
        return true
    }
}

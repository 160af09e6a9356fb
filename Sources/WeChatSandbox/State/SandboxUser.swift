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
    /// WeChat asks for no frequent resets and does not say how many those are.
    static let resetsPerMinute = 10
    /// How long a session_key lives, in seconds: WeChat does not say; answers of its staff speak of three days.
    static let keyLifetime: TimeInterval = 3 * 86_400
    /// Templates of which a user may have asked for messages.
    static let mostSubscriptions = 100
    /// The name of a user whom WeChat refuses from the start.
    static let blockedName = "blocked"

    private(set) var sessionKey = Identifiers.makeSessionKey()
    private var keyIssuedAt: Date
    private var keyExpiresAt: Date
    private var recentCalls: [Date] = []
    private var recentResets: [Date] = []
    /// How many messages the user still takes, for each template.
    private var subscriptions: [String: Int] = [:]
    /// When the user last opened the mini program.
    var lastVisit: Date?
    /// Whether WeChat takes the user for a risk and answers 40226.
    var isHighRisk: Bool

    init(named name: String, at now: Date) {
        keyIssuedAt = now
        keyExpiresAt = now.addingTimeInterval(Self.keyLifetime)
        isHighRisk = name == Self.blockedName
    }

    // MARK: session_key

    func hasExpiredKey(at now: Date) -> Bool {
        now >= keyExpiresAt
    }

    /// A new login code replaces the session key, unless it is younger than `minimumAge`.
    ///
    /// At most one key is valid at any moment; `wx.login` may replace it, short repeats need not (WeChat Mini Program
    /// guide, "session_key").
    mutating func refreshSessionKey(at now: Date, minimumAge: Duration) {
        guard now.timeIntervalSince(keyIssuedAt) >= minimumAge / .seconds(1) || hasExpiredKey(at: now) else { return }
        rotateSessionKey(at: now)
    }

    mutating func renewExpiredKey(at now: Date) {
        if hasExpiredKey(at: now) { rotateSessionKey(at: now) }
    }

    /// A new key with a life of its own.
    mutating func rotateSessionKey(at now: Date) {
        sessionKey = Identifiers.makeSessionKey()
        keyIssuedAt = now
        keyExpiresAt = now.addingTimeInterval(Self.keyLifetime)
    }

    /// A new key with what was left of the old one's life.
    mutating func resetSessionKey(at now: Date) {
        sessionKey = Identifiers.makeSessionKey()
        keyIssuedAt = now
    }

    /// Ends the key before its time; the next login code brings a new one.
    mutating func expireSessionKey(at now: Date) {
        keyExpiresAt = now
    }

    // MARK: Quotas

    /// Counts a call; false when the user has had all the calls of the last minute.
    mutating func admitsCall(at now: Date) -> Bool {
        Self.admits(&recentCalls, limit: Self.callsPerMinute, at: now)
    }

    /// Counts a reset of the key; false when there were too many in the last minute.
    mutating func admitsReset(at now: Date) -> Bool {
        Self.admits(&recentResets, limit: Self.resetsPerMinute, at: now)
    }

    private static func admits(_ times: inout [Date], limit: Int, at now: Date) -> Bool {
        times.removeAll { now.timeIntervalSince($0) >= 60 }
        guard times.count < limit else { return false }
        times.append(now)
        return true
    }

    // MARK: Messages

    /// The user asks for messages; false when they have asked for too many kinds.
    mutating func subscribe(to template: String, count: Int) -> Bool {
        guard subscriptions[template] != nil || subscriptions.count < Self.mostSubscriptions else { return false }
        subscriptions[template] = count
        return true
    }

    /// Takes a message; false when the user has not asked for one.
    mutating func spendSubscription(to template: String) -> Bool {
        guard let count = subscriptions[template], count > 0 else { return false }
        subscriptions[template] = count - 1
        return true
    }
}

import FoundationEssentials

/// A code that `wx.login` gave to a mini program.
struct LoginCode: Sendable {
    /// How long a code lives, in seconds (WeChat Mini Program API, auth.code2Session).
    static let timeToLive: TimeInterval = 300

    let user: UserID
    let issuedAt: Date
    var isUsed = false

    /// Whether the code is too old.
    ///
    /// WeChat answers 40029 then, as if it had never seen it.
    func isExpired(at now: Date) -> Bool {
        now.timeIntervalSince(issuedAt) >= Self.timeToLive
    }
}

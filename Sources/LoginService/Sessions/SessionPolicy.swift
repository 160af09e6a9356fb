/// How long sessions live, and how many a user may have.
struct SessionPolicy: Sendable {
    /// `SESSION_TTL`: how long a session lives whatever its user does.
    var timeToLive: Duration
    /// `SESSION_IDLE_TTL`: how long it lives unused; nil for as long as it lives.
    var idleTimeToLive: Duration?
    /// `SESSION_LIMIT`: how many sessions a user may have at once; nil for as many as ``maximumCount``.
    var limit: Int?
    /// `SESSION_LIMIT_POLICY`: what gives way at the limit.
    var limitPolicy = SessionLimitPolicy.oldest

    /// Beyond this many sessions of one user the oldest gives way, whatever the settings say.
    static let maximumCount = 1_000
    /// How long a session is remembered after it ended, so that its client can be told how.
    static let memory = Duration.seconds(86_400)
    /// How long it is remembered that a user ended a session: longer than a repetition of its login may take.
    static let shortMemory = Duration.seconds(60)
    /// How finely the last use of a session is noted where there is no idle limit.
    static let presenceWindow = Duration.seconds(86_400)
}

/// What gives way when a user has as many sessions as may be: the setting `SESSION_LIMIT_POLICY`.
public enum SessionLimitPolicy: String, Sendable, CaseIterable {
    /// The oldest session ends. The default.
    case oldest
    /// The new login is refused.
    case refuse
}

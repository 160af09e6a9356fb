public import RedisClient

/// How often logins may be asked for: the settings `LOGIN_RATE_PER_IP`, `LOGIN_RATE_PER_USER` and `LOGIN_RATE_PER_APP`.
public struct LoginRateLimits: Sendable, Hashable {
    /// For one public address, or one /64 of IPv6; nil for no limit.
    public var perIP: RedisRateLimiter.Limit?
    /// For one user; nil for no limit.
    public var perUser: RedisRateLimiter.Limit?
    /// For one mini program; nil for no limit.
    public var perApp: RedisRateLimiter.Limit?

    /// Makes limits, none by default.
    public init(
        perIP: RedisRateLimiter.Limit? = nil, perUser: RedisRateLimiter.Limit? = nil,
        perApp: RedisRateLimiter.Limit? = nil
    ) {
        self.perIP = perIP
        self.perUser = perUser
        self.perApp = perApp
    }

    /// The limits where WeChat is the real one.
    ///
    /// There is room for everybody behind the address of a mobile carrier, and a user stays under the 100 a minute at
    /// which WeChat stops them. WeChat states no number for a mini program.
    static let standard = LoginRateLimits(
        perIP: .init(hits: 600, per: .seconds(60)), perUser: .init(hits: 30, per: .seconds(60)))
}

public import KoaKit
public import Logging
public import RedisClient
public import RelationalStore
public import WeChatAPI

/// Everything a node needs to know, checked: what `wechat-login serve` reads at start.
public struct ServiceConfiguration: Sendable {
    /// `HOST`: address of the listener.
    public var host: String
    /// `PORT`: port of the listener, 0 for any free one.
    public var port: Int
    /// `ADMIN_…`: the listener of operations; nil for `ADMIN_PORT=off`, which collects no metrics either.
    public var admin: AdminConfiguration?
    /// `METRICS`.
    public var metrics: MetricsDetail
    /// `DOCS`: whether the routes are described to whoever asks.
    public var servesDocs: Bool
    /// `WORKERS`: event loops.
    public var workers: Int
    /// `MAX_REQUESTS`: how many requests a node works on at once; nil for `off`.
    public var maximumRequests: Int?
    /// `WECHAT_…`: the mini program and where WeChat is; the first one of several, which is meant where none is named.
    public var weChat: WeChatConfiguration
    /// `WECHAT_APPS`: the other mini programs.
    public var otherWeChatApps: [WeChatConfiguration]
    /// `WECHAT_PUSH_TOKEN`, `WECHAT_PUSH_AES_KEY`; nil where WeChat pushes no messages.
    public var push: PushCredentials?
    /// Whether WeChat is a sandbox on this machine.
    public var usesSandbox: Bool
    /// `REDIS_URL`.
    public var redis: RedisConfiguration
    /// `REDIS_SESSION_PREFIX`.
    public var sessionPrefix: String
    /// `DATABASE_URL`.
    public var database: DatabaseURL
    /// `MIGRATE_AT_START`: whether a node brings the schema up to date before it serves.
    public var migratesAtStart: Bool
    /// `PHONE_SELF_ASSERTED`: whether a user may bind a phone by naming it.
    public var acceptsSelfAssertedPhone: Bool
    /// `STEP_UP`: how long `POST /user/verify` opens what asks for it; nil for `off`.
    public var stepUp: Duration?
    /// `LOGIN_RATE_PER_IP`, `LOGIN_RATE_PER_USER`, `LOGIN_RATE_PER_APP`.
    public var loginRateLimits: LoginRateLimits
    /// `TRUSTED_PROXIES`: whose word counts for a client's address.
    public var trustedProxies: TrustedProxies
    /// `SESSION_TTL`.
    public var sessionTimeToLive: Duration
    /// `SESSION_IDLE_TTL`; nil for `off`.
    public var sessionIdleTimeToLive: Duration?
    /// `SESSION_LIMIT`; nil for `off`.
    public var sessionLimit: Int?
    /// `SESSION_LIMIT_POLICY`.
    public var sessionLimitPolicy: SessionLimitPolicy
    /// `NEAR_CACHE`: how many sessions the node keeps in its memory; nil for `off`.
    public var nearCacheEntries: Int?
    /// `TOKEN_STYLE`.
    public var tokenStyle: TokenStyle
    /// `SECRET_KEY`.
    public var secretKeys: SecretKeys
    /// `ENVELOPE_STATUS`.
    public var envelopeStatus: EnvelopeStatus
    /// `SEED_ROUTES`.
    public var seedRoutes: Set<SeedRoutes>
    /// `SHUTDOWN_DELAY`.
    public var shutdownDelay: Duration
    /// `LOG_LEVEL`.
    public var logLevel: Logger.Level
    /// `LOG_FORMAT`; nil means that the terminal decides.
    public var logFormat: LogFormat?

    /// How long sessions live, and how many a user may have.
    var sessionPolicy: SessionPolicy {
        SessionPolicy(
            timeToLive: sessionTimeToLive,
            idleTimeToLive: sessionIdleTimeToLive,
            limit: sessionLimit,
            limitPolicy: sessionLimitPolicy
        )
    }

    /// The tokens of every route that gives some.
    func acceptedTokens() async throws -> AcceptedTokens {
        AcceptedTokens(
            takesMD5: tokenStyle == .md5,
            takesOpaque: tokenStyle == .opaque || seedRoutes.contains(.credit),
            jwt: seedRoutes.contains(.jwt)
                ? try await SessionJWTKeys(secretKeys: secretKeys, audiences: Set(weChatApps.map(\.appID))) : nil)
    }
}

public import KoaKit
public import Logging
import NIOCore
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

    /// Reads and checks all settings.
    ///
    /// - Parameters:
    ///   - flags: What the command line said.
    ///   - environment: The environment variables.
    ///   - file: A JSON file with settings.
    /// - Throws: ``ConfigurationError`` that names the first setting that is missing or unusable.
    public init(
        flags: [Setting: String] = [:],
        environment: [String: String],
        file: String? = nil
    ) async throws(ConfigurationError) {
        let settings = try await SettingsReader(flags: flags, environment: environment, file: file)
        host = try settings.text(.host) ?? "127.0.0.1"
        port = try settings.integer(.port, default: 3000, in: 0...65_535)
        admin = try AdminConfiguration.read(settings)
        metrics = try settings.choice(.metrics, default: .basic)
        servesDocs = try settings.choice(.docs, default: Switch.on) == .on
        workers = try settings.integer(.workers, default: System.coreCount, in: 1...256)
        let apps = try Self.weChatApps(settings)
        weChat = apps[0]
        otherWeChatApps = Array(apps.dropFirst())
        push = try Self.push(settings)
        usesSandbox = !weChat.baseURL.hasPrefix("https:")
        redis = try Self.redis(settings)
        sessionPrefix = try Self.sessionPrefix(settings)
        database = try Self.database(settings)
        migratesAtStart = try settings.flag(.migrateAtStart, default: true)
        acceptsSelfAssertedPhone = try settings.flag(.phoneSelfAsserted, default: false)
        stepUp = try settings.unlessOff(.stepUp) { (setting) throws(ConfigurationError) in
            try settings.duration(setting, default: .zero, in: .seconds(1)...(.seconds(86_400)))
        }
        loginRateLimits = try Self.loginRateLimits(settings, usesSandbox: usesSandbox)
        trustedProxies = try settings.proxies(.trustedProxies)
        sessionTimeToLive = try Self.sessionTimeToLive(settings)
        sessionIdleTimeToLive = try settings.unlessOff(.sessionIdleTTL) { (setting) throws(ConfigurationError) in
            try settings.duration(setting, default: .zero, in: .seconds(1)...(.seconds(366 * 86_400)))
        }
        sessionLimit = try settings.unlessOff(.sessionLimit) { (setting) throws(ConfigurationError) in
            try settings.integer(setting, default: 0, in: 1...SessionPolicy.maximumCount)
        }
        sessionLimitPolicy = try settings.choice(.sessionLimitPolicy, default: .oldest)
        nearCacheEntries = try settings.unlessOff(.nearCache) { (setting) throws(ConfigurationError) in
            try settings.integer(setting, default: 0, in: 1...10_000_000)
        }
        tokenStyle = try settings.choice(.tokenStyle, default: .md5, among: TokenStyle.settable)
        secretKeys = try Self.secretKeys(settings, usesSandbox: usesSandbox)
        envelopeStatus = try settings.choice(.envelopeStatus, default: .seed)
        seedRoutes = try Self.seedRoutes(settings)
        shutdownDelay = try settings.duration(.shutdownDelay, default: .seconds(1), in: .zero...(.seconds(60)))
        logLevel = try settings.choice(.logLevel, default: .info)
        logFormat = try settings.text(.logFormat) == nil ? nil : settings.choice(.logFormat, default: .text)
    }

    /// How long sessions live, and how many a user may have.
    var sessionPolicy: SessionPolicy {
        SessionPolicy(
            timeToLive: sessionTimeToLive,
            idleTimeToLive: sessionIdleTimeToLive,
            limit: sessionLimit,
            limitPolicy: sessionLimitPolicy
        )
    }

    private static func loginRateLimits(
        _ settings: SettingsReader,
        usesSandbox: Bool
    ) throws(ConfigurationError) -> LoginRateLimits {
        // In a sandbox nobody's quota is spent, and whoever tries a client logs in as often as they like.
        let standard = usesSandbox ? LoginRateLimits() : .standard
        return LoginRateLimits(
            perIP: try settings.rate(.loginRatePerIP, default: standard.perIP),
            perUser: try settings.rate(.loginRatePerUser, default: standard.perUser),
            perApp: try settings.rate(.loginRatePerApp, default: standard.perApp)
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

    static func sessionTimeToLive(_ settings: SettingsReader) throws(ConfigurationError) -> Duration {
        try settings.duration(
            .sessionTTL, default: .seconds(7 * 86_400), in: .seconds(1)...(.seconds(366 * 86_400)))
    }

    static func sessionPrefix(_ settings: SettingsReader) throws(ConfigurationError) -> String {
        let prefix = try settings.text(.redisSessionPrefix) ?? "session:"
        guard SessionKeyspace.accepts(prefix: prefix) else {
            throw ConfigurationError(.redisSessionPrefix, "braces must be one hash tag, such as {app}:")
        }
        return prefix
    }

    static func redis(_ settings: SettingsReader) throws(ConfigurationError) -> RedisConfiguration {
        do {
            return try RedisConfiguration(url: try settings.text(.redisURL) ?? "redis://127.0.0.1:6379/0")
        } catch let error as RedisConfigurationError {
            throw ConfigurationError(.redisURL, error.description)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError(.redisURL, "cannot be used")
        }
    }

    static func database(_ settings: SettingsReader) throws(ConfigurationError) -> DatabaseURL {
        let text = try settings.text(.databaseURL) ?? "sqlite:data/users.sqlite3"
        do {
            return try DatabaseURL(text)
        } catch {
            throw ConfigurationError(.databaseURL, error.message)
        }
    }

    private static func secretKeys(
        _ settings: SettingsReader,
        usesSandbox: Bool
    ) throws(ConfigurationError) -> SecretKeys {
        if usesSandbox, try settings.text(.secretKey) == nil { return .ephemeral() }
        guard let keys = SecretKeys(base64: try settings.required(.secretKey)) else {
            throw ConfigurationError(
                .secretKey, "must be 32 bytes in base64 (openssl rand -base64 32), or several, comma-separated")
        }
        return keys
    }

    private static func seedRoutes(_ settings: SettingsReader) throws(ConfigurationError) -> Set<SeedRoutes> {
        guard let text = try settings.text(.seedRoutes) else { return Set(SeedRoutes.allCases) }
        var groups: Set<SeedRoutes> = []
        for name in text.split(separator: ",").map({ $0.filter { !$0.isWhitespace } }) {
            guard let group = SeedRoutes(rawValue: name) else {
                throw ConfigurationError(.seedRoutes, "'\(name)' is no group of routes. \(Setting.seedRoutes.summary)")
            }
            groups.insert(group)
        }
        return groups
    }
}

import ArgumentParser
import LoginService

/// The settings as flags: `--redis-url` for `REDIS_URL`.
struct SettingFlags: ParsableArguments {
    @Option(help: "HOST") var host: String?
    @Option(help: "PORT") var port: String?
    @Option(help: "ADMIN_HOST") var adminHost: String?
    @Option(help: "ADMIN_PORT") var adminPort: String?
    @Option(help: "ADMIN_TOKEN; a file is safer: other users can read flags.") var adminToken: String?
    @Option(help: "METRICS") var metrics: String?
    @Option(help: "DOCS") var docs: String?
    @Option(help: "WORKERS") var workers: String?
    @Option(name: .customLong("max-requests"), help: "MAX_REQUESTS") var maximumRequests: String?
    @Option(name: .customLong("wechat-appid"), help: "WECHAT_APPID") var weChatAppID: String?
    @Option(name: .customLong("wechat-secret"), help: "WECHAT_SECRET; a file is safer: other users can read flags.")
    var weChatSecret: String?
    @Option(name: .customLong("wechat-apps"), help: "WECHAT_APPS; a file is safer: other users can read flags.")
    var weChatApps: String?
    @Option(name: .customLong("wechat-push-token"), help: "WECHAT_PUSH_TOKEN; a file is safer.")
    var weChatPushToken: String?
    @Option(name: .customLong("wechat-push-aes-key"), help: "WECHAT_PUSH_AES_KEY; a file is safer.")
    var weChatPushAESKey: String?
    @Option(name: .customLong("wechat-base-url"), help: "WECHAT_BASE_URL") var weChatBaseURL: String?
    @Option(name: .customLong("wechat-allow-insecure"), help: "WECHAT_ALLOW_INSECURE") var weChatAllowInsecure: String?
    @Option(name: .customLong("redis-url"), help: "REDIS_URL") var redisURL: String?
    @Option(help: "REDIS_SESSION_PREFIX") var redisSessionPrefix: String?
    @Option(name: .customLong("database-url"), help: "DATABASE_URL") var databaseURL: String?
    @Option(help: "MIGRATE_AT_START") var migrateAtStart: String?
    @Option(help: "PHONE_SELF_ASSERTED") var phoneSelfAsserted: String?
    @Option(name: .customLong("login-rate-per-ip"), help: "LOGIN_RATE_PER_IP") var loginRatePerIP: String?
    @Option(help: "LOGIN_RATE_PER_USER") var loginRatePerUser: String?
    @Option(help: "LOGIN_RATE_PER_APP") var loginRatePerApp: String?
    @Option(help: "TRUSTED_PROXIES") var trustedProxies: String?
    @Option(help: "STEP_UP") var stepUp: String?
    @Option(name: .customLong("session-ttl"), help: "SESSION_TTL") var sessionTTL: String?
    @Option(name: .customLong("session-idle-ttl"), help: "SESSION_IDLE_TTL") var sessionIdleTTL: String?
    @Option(help: "SESSION_LIMIT") var sessionLimit: String?
    @Option(help: "SESSION_LIMIT_POLICY") var sessionLimitPolicy: String?
    @Option(help: "TOKEN_STYLE") var tokenStyle: String?
    @Option(help: "SECRET_KEY; a file is safer: other users can read flags.") var secretKey: String?
    @Option(help: "ENVELOPE_STATUS") var envelopeStatus: String?
    @Option(help: "SEED_ROUTES") var seedRoutes: String?
    @Option(help: "NEAR_CACHE") var nearCache: String?
    @Option(help: "SHUTDOWN_DELAY") var shutdownDelay: String?
    @Option(help: "LOG_LEVEL") var logLevel: String?
    @Option(help: "LOG_FORMAT") var logFormat: String?

    /// What was given, by setting.
    var values: [Setting: String] {
        let given: [(Setting, String?)] = [
            (.host, host), (.port, port), (.adminHost, adminHost), (.adminPort, adminPort),
            (.adminToken, adminToken), (.metrics, metrics), (.docs, docs), (.workers, workers),
            (.maximumRequests, maximumRequests),
            (.weChatAppID, weChatAppID), (.weChatSecret, weChatSecret), (.weChatApps, weChatApps),
            (.weChatPushToken, weChatPushToken), (.weChatPushAESKey, weChatPushAESKey),
            (.weChatBaseURL, weChatBaseURL),
            (.weChatAllowInsecure, weChatAllowInsecure), (.redisURL, redisURL),
            (.redisSessionPrefix, redisSessionPrefix), (.databaseURL, databaseURL),
            (.migrateAtStart, migrateAtStart), (.phoneSelfAsserted, phoneSelfAsserted),
            (.loginRatePerIP, loginRatePerIP), (.loginRatePerUser, loginRatePerUser),
            (.loginRatePerApp, loginRatePerApp), (.trustedProxies, trustedProxies), (.stepUp, stepUp),
            (.sessionTTL, sessionTTL),
            (.sessionIdleTTL, sessionIdleTTL), (.sessionLimit, sessionLimit),
            (.sessionLimitPolicy, sessionLimitPolicy), (.tokenStyle, tokenStyle), (.secretKey, secretKey),
            (.envelopeStatus, envelopeStatus), (.seedRoutes, seedRoutes), (.nearCache, nearCache),
            (.shutdownDelay, shutdownDelay), (.logLevel, logLevel), (.logFormat, logFormat),
        ]
        return given.reduce(into: [:]) { values, pair in values[pair.0] = pair.1 }
    }
}

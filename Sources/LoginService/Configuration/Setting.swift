/// A setting of the service: the name of its environment variable, of its key in a configuration file and, in lower
/// case with dashes, of its flag.
public enum Setting: String, CaseIterable, Sendable {
    case host = "HOST"
    case port = "PORT"
    case adminHost = "ADMIN_HOST"
    case adminPort = "ADMIN_PORT"
    case adminToken = "ADMIN_TOKEN"
    case metrics = "METRICS"
    case docs = "DOCS"
    case workers = "WORKERS"
    case maximumRequests = "MAX_REQUESTS"
    case weChatAppID = "WECHAT_APPID"
    case weChatSecret = "WECHAT_SECRET"
    case weChatApps = "WECHAT_APPS"
    case weChatPushToken = "WECHAT_PUSH_TOKEN"
    case weChatPushAESKey = "WECHAT_PUSH_AES_KEY"
    case weChatBaseURL = "WECHAT_BASE_URL"
    case weChatAllowInsecure = "WECHAT_ALLOW_INSECURE"
    case redisURL = "REDIS_URL"
    case redisSessionPrefix = "REDIS_SESSION_PREFIX"
    case databaseURL = "DATABASE_URL"
    case migrateAtStart = "MIGRATE_AT_START"
    case phoneSelfAsserted = "PHONE_SELF_ASSERTED"
    case loginRatePerIP = "LOGIN_RATE_PER_IP"
    case loginRatePerUser = "LOGIN_RATE_PER_USER"
    case loginRatePerApp = "LOGIN_RATE_PER_APP"
    case trustedProxies = "TRUSTED_PROXIES"
    case stepUp = "STEP_UP"
    case sessionTTL = "SESSION_TTL"
    case sessionIdleTTL = "SESSION_IDLE_TTL"
    case sessionLimit = "SESSION_LIMIT"
    case sessionLimitPolicy = "SESSION_LIMIT_POLICY"
    case tokenStyle = "TOKEN_STYLE"
    case secretKey = "SECRET_KEY"
    case envelopeStatus = "ENVELOPE_STATUS"
    case seedRoutes = "SEED_ROUTES"
    case nearCache = "NEAR_CACHE"
    case shutdownDelay = "SHUTDOWN_DELAY"
    case logLevel = "LOG_LEVEL"
    case logFormat = "LOG_FORMAT"

    /// What it means, with its form and its default.
    public var summary: String {
        switch self {
        case .host: "Address of the listener. Default: 127.0.0.1."
        case .port: "Port of the listener, 0 for any free one. Default: 3000."
        case .adminHost: "Address of the listener of /metrics and /admin. Default: 127.0.0.1."
        case .adminPort:
            "Its port, 0 for any free one, or off. Default: 3900, or none if another process has that port."
        case .adminToken:
            "What /admin wants as its bearer token, and /metrics beyond this machine. Default: none, secret."
        case .metrics:
            "basic, or full for the times of Redis commands too, which costs a token check some percent. Default: basic."
        case .docs: "off leaves out GET /docs and GET /openapi.json. Default: on."
        case .workers: "Event loops, 1 to 256. Default: one per core."
        case .maximumRequests:
            "How many requests a node works on at once, 1 to 1000000, or off; one more is answered 503. Default: 10000."
        case .weChatAppID: "AppID of the mini program. Required, unless WECHAT_APPS is set."
        case .weChatSecret: "AppSecret of the mini program. Required, unless WECHAT_APPS is set; secret."
        case .weChatApps:
            "Several mini programs, appid:secret, comma-separated; the first one is meant where none is named. Secret."
        case .weChatPushToken:
            "Token of WeChat's message push, which goes to /wechat/push. Default: no such route. Secret."
        case .weChatPushAESKey:
            "EncodingAESKey of WeChat's message push; then only encrypted messages are taken. Secret."
        case .weChatBaseURL: "Where WeChat's API is. Default: https://api.weixin.qq.com."
        case .weChatAllowInsecure:
            "true to accept a WECHAT_BASE_URL that is http on this machine: a sandbox. Default: false."
        case .redisURL:
            "A redis, rediss (TLS), unix, redis+sentinel or redis+cluster URL. Default: redis://127.0.0.1:6379/0."
        case .redisSessionPrefix: "What stands before a token in its Redis key; may be empty. Default: session:"
        case .databaseURL:
            "sqlite:path, mysql://user:password@host/db or postgresql://user:password@host/db. "
                + "Default: sqlite:data/users.sqlite3."
        case .migrateAtStart:
            "false leaves the database's schema to `wechat-login migrate`, and stops where it is not up to date. Default: true."
        case .phoneSelfAsserted:
            "true lets POST /user/login bind a phone that nothing proves to be the caller's. Default: false."
        case .loginRatePerIP:
            "How many logins a public address may ask for in a time, such as 60/m or 600/10m, or off. "
                + "Default: 600/m, off with a sandbox."
        case .loginRatePerUser:
            "How many logins a user may ask for in a time, or off. Default: 30/m, off with a sandbox."
        case .loginRatePerApp: "How many logins a mini program may have in a time, or off. Default: off."
        case .trustedProxies:
            "Proxies whose X-Forwarded-For names the client: addresses and ranges such as 10.0.0.0/8, comma-separated, "
                + "private for all private networks, or off. Default: off."
        case .stepUp:
            "How long POST /user/verify opens the binding of a phone, which asks for it then: a number with s, m or h, "
                + "at most 24h, or off. Default: off."
        case .sessionTTL: "How long a session lives: a number with s, m, h or d. Default: 7d."
        case .sessionIdleTTL:
            "How long a session lives unused: a number with s, m, h or d, or off. Used, it lives on. Default: off."
        case .sessionLimit:
            "How many sessions a user may have at once, 1 to 1000, or off; not for TOKEN_STYLE=md5. Default: off."
        case .sessionLimitPolicy:
            "At the limit: oldest (the oldest session ends) or refuse (the login). Default: oldest."
        case .tokenStyle: "Tokens of /user/wechatlogin: md5 or opaque. Default: md5."
        case .secretKey: "32 bytes in base64; several, comma-separated, rotate. Required but with a sandbox, secret."
        case .envelopeStatus: "HTTP status of business outcomes: seed (200) or http (the real one). Default: seed."
        case .seedRoutes: "Groups of older systems' routes to serve: credit, checklogin, jwt. Default: all."
        case .nearCache: "How many sessions a node keeps in its memory, 1 to 10000000, or off. Default: off."
        case .shutdownDelay: "How long /readyz says 503 before a stop closes the listener, 0s to 60s. Default: 1s."
        case .logLevel: "trace, debug, info, notice, warning, error or critical. Default: info."
        case .logFormat: "text or json. Default: text on a terminal, else json."
        }
    }
}

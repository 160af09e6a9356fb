import Logging
import NIOCore
import WeChatAPI

/// From settings to a configuration: defaults, bounds, and what each setting may be.
extension ServiceConfiguration {
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
        maximumRequests = try Self.maximumRequests(settings)
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

    /// Bounded unless told otherwise: who is told at once to come again waits less than who is told after 10 s.
    private static func maximumRequests(_ settings: SettingsReader) throws(ConfigurationError) -> Int? {
        guard try settings.text(.maximumRequests) != nil else { return 10_000 }
        return try settings.unlessOff(.maximumRequests) { (setting) throws(ConfigurationError) in
            try settings.integer(setting, default: 0, in: 1...1_000_000)
        }
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

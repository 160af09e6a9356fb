extension Application {
    /// What an application is served with, besides its middleware; each request finds it in ``Context/app``.
    public struct Settings: Sendable {
        /// Where the application runs.
        ///
        /// Default: development in debug builds, production in release builds.
        public var environment = Environment.default
        /// The proxies whose forwarded fields are believed.
        ///
        /// Default: none, so that no client can name its own address, host or scheme.
        public var trustedProxies = TrustedProxies.none
        /// The field in which proxies note the address of their client.
        ///
        /// Default: `X-Forwarded-For`.
        public var clientAddressField = "X-Forwarded-For"
        /// How many labels of the host name are no subdomain.
        ///
        /// Default: 2, as in `example.com`.
        public var subdomainOffset = 2
        /// The keys that cookies are signed with: the first signs, all verify, so that keys can be rotated.
        ///
        /// Default: none, so that no cookie is signed.
        public var keys: [CookieKey] = []
        /// Whether ``Context/withCurrent(_:)`` finds the context of the request.
        ///
        /// Default: false, since it costs every request a task-local value: about 0.2 µs, and 0.1 µs a look, where a
        /// request of fixed JSON costs some 8 µs in all.
        public var keepsCurrentContext = false
        /// Whether the built-in error log is off.
        ///
        /// Default: false.
        public var isSilent = false
        private var values: [ObjectIdentifier: any Sendable] = [:]

        /// Creates the default settings.
        public init() {}

        /// A value of the application's own, which each of its requests finds; nil until it is set.
        ///
        /// Koa's fields added to `app.context`.
        ///
        /// ```swift
        /// enum Catalogue: StateKey { typealias Value = [String: Int] }
        /// app.settings[Catalogue.self] = ["tea": 3]
        /// app.use { ctx, _ in ctx.body = .json(ctx.app[Catalogue.self] ?? [:]) }
        /// ```
        public subscript<Key: StateKey>(key: Key.Type) -> Key.Value? where Key.Value: Sendable {
            get { values[ObjectIdentifier(key)] as? Key.Value }
            set { values[ObjectIdentifier(key)] = newValue }
        }
    }

    /// Where an application runs, by name.
    public struct Environment: RawRepresentable, Hashable, Sendable {
        /// The name.
        public let rawValue: String

        /// Creates an environment of any name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// On a developer's machine.
        public static let development = Self(rawValue: "development")
        /// For real clients.
        public static let production = Self(rawValue: "production")
        /// Under test.
        public static let test = Self(rawValue: "test")

        #if DEBUG
            static let `default` = Self.development
        #else
            static let `default` = Self.production
        #endif
    }
}

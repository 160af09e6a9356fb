public import NIOHTTP1

extension Router {
    /// How a router matches.
    public struct Options: Sendable {
        /// Whether only the last of several matching routes runs, within the router's middleware.
        ///
        /// Of the router that is mounted, not of one nested in it. Default: false, all of them join one chain.
        public var exclusive = false
        /// Whether a trailing slash makes a difference.
        ///
        /// Default: false.
        public var strict = false
        /// Whether the case of literals makes a difference.
        ///
        /// Default: false.
        public var sensitive = false
        /// The host names that the router serves, without ports; requests for others go on to the next middleware.
        ///
        /// A nested router without its own has those of the router around it. Default: none, which means every host.
        public var hosts: [String] = []
        /// The methods that the server knows; ``Router/allowedMethods(throwing:methodNotAllowed:notImplemented:)``
        /// answers others with 501.
        ///
        /// Default: HEAD, OPTIONS, GET, PUT, PATCH, POST and DELETE.
        public var methods: [HTTPMethod] = [.HEAD, .OPTIONS, .GET, .PUT, .PATCH, .POST, .DELETE]
        /// What is looked up in place of the path of every request.
        ///
        /// Of the router that is mounted, not of one nested in it. Default: none; see also ``Context/routerPath``.
        public var routerPath: String?

        /// Creates the options of a router.
        ///
        /// - Parameters:
        ///   - exclusive: See ``exclusive``.
        ///   - strict: See ``strict``.
        ///   - sensitive: See ``sensitive``.
        ///   - hosts: See ``hosts``.
        public init(exclusive: Bool = false, strict: Bool = false, sensitive: Bool = false, hosts: [String] = []) {
            self.exclusive = exclusive
            self.strict = strict
            self.sensitive = sensitive
            self.hosts = hosts
        }

        /// Whether the router serves a host; names have no case.
        func isHost(_ hostname: String) -> Bool {
            hosts.contains { $0.lowercased() == hostname.lowercased() }
        }
    }
}

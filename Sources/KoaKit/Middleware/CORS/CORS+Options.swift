public import NIOHTTP1

extension CORS {
    /// Which origin a reply is for.
    public struct Origin: Sendable {
        enum Choice: Sendable {
            case fixed(String)
            case oneOf(Set<String>)
            case function(@Sendable (Context) async throws -> String?)
        }

        let choice: Choice

        var isAny: Bool {
            switch choice {
            case .fixed(let origin): origin == "*"
            case .oneOf(let origins): origins.contains("*")
            case .function: false
            }
        }

        /// Every origin: `*`.
        public static let any = Origin(choice: .fixed("*"))

        /// One origin, which every reply names, whoever asked.
        public static func only(_ origin: String) -> Origin { Origin(choice: .fixed(origin)) }

        /// The caller's own, if it is one of these; other callers get no CORS fields.
        ///
        /// Each is written as a browser sends it: scheme, host, and port unless it is the scheme's own.
        public static func oneOf(_ origins: Set<String>) -> Origin { Origin(choice: .oneOf(origins)) }

        /// What a function chooses for each request; nil for no CORS fields.
        public static func chosen(by choose: @escaping @Sendable (Context) async throws -> String?) -> Origin {
            Origin(choice: .function(choose))
        }
    }

    /// Who may do what.
    public struct Options: Sendable {
        /// Which origin may read the replies.
        ///
        /// Default: any.
        public var origin = Origin.any
        /// The methods of a cross-origin request.
        ///
        /// Default: GET, HEAD, PUT, POST, DELETE, PATCH.
        public var methods: [HTTPMethod] = [.GET, .HEAD, .PUT, .POST, .DELETE, .PATCH]
        /// The header fields of a cross-origin request; nil for those it asks for.
        ///
        /// Default: nil.
        public var allowedFields: [String]?
        /// The header fields of a reply that a page may read, beyond the few it always may.
        ///
        /// Default: none.
        public var exposedFields: [String] = []
        /// Whether requests may carry cookies and the like; refused with ``Origin/any``.
        ///
        /// Default: false.
        public var allowsCredentials = false
        /// How long a browser may keep the answer to a preflight request, in whole seconds; nil leaves it to the browser.
        ///
        /// Default: nil.
        public var maximumAge: Duration?
        /// Whether pages of a public network may reach a server in a private one.
        ///
        /// Default: false.
        public var allowsPrivateNetwork = false
        /// Whether `Cross-Origin-Opener-Policy` and `Cross-Origin-Embedder-Policy` are set, for pages that share memory.
        ///
        /// Default: false.
        public var isolatesContext = false

        /// Creates the defaults.
        public init() {}
    }
}

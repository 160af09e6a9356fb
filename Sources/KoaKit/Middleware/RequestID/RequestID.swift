/// Gives each request an identifier: the client's `X-Request-Id` if it is well-formed, else a new one.
///
/// It stands in ``Context/requestID``, in the log lines of ``Context/logger`` and in the reply, errors included.
public struct RequestID: Middleware {
    /// Where the identifier stands and who may choose it.
    public struct Options: Sendable {
        /// The header field, of the request and of the reply.
        ///
        /// Default: `X-Request-Id`.
        public var field = "X-Request-Id"
        /// Whether an identifier that the client sent is taken, so that a request can be followed through several
        /// services; false where clients might confuse the logs.
        ///
        /// Default: true.
        public var trustsClient = true

        /// Creates the defaults.
        public init() {}
    }

    private let source = RequestIDSource()
    private let options: Options

    /// Creates the middleware.
    ///
    /// - Parameter options: Where the identifier stands and who may choose it. Default: see ``Options``.
    public init(_ options: Options = Options()) {
        self.options = options
    }

    /// Sets the identifier and runs what is downstream.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: What is downstream throws.
    public func handle(_ context: Context, next: Next) async throws {
        let sent = options.trustsClient ? context.get(options.field) : ""
        let identifier = Self.isWellFormed(sent) ? sent : source.next()
        context.requestID = identifier
        context.set(options.field, identifier, survivesError: true)
        try await next()
    }

    /// 1 to 64 letters, digits, `.`, `_` and `-`: what a log line and a header can hold without harm.
    private static func isWellFormed(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

public import NIOHTTP1

/// An error that has a meaning in HTTP: what the client is told, with which status.
public struct HTTPError: Error, Sendable {
    /// A stable word a program can branch on, for errors that share a status.
    public struct Reason: RawRepresentable, Hashable, Sendable {
        /// The word, in snake case.
        public let rawValue: String

        /// Creates a reason.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A field is missing, of the wrong type, too long, or malformed.
        public static let invalidParameter = Self(rawValue: "invalid_parameter")
        /// The body is not what its type says, or the request is not HTTP.
        public static let malformedBody = Self(rawValue: "malformed_body")
        /// The body, the URL or the header block is over its limit.
        public static let payloadTooLarge = Self(rawValue: "payload_too_large")
        /// The body is of a type this route does not read.
        public static let unsupportedMediaType = Self(rawValue: "unsupported_media_type")
        /// The request did not arrive whole in time.
        public static let requestTimeout = Self(rawValue: "request_timeout")
        /// The handler did not answer in time.
        public static let handlerTimeout = Self(rawValue: "handler_timeout")
        /// The client went away before it was answered; of status 499, which nobody is sent.
        public static let clientClosed = Self(rawValue: "client_closed")
        /// The server is at its limit and refused before work began.
        public static let overloaded = Self(rawValue: "overloaded")
    }

    /// The status of the reply, 400 to 599; anything else that is set becomes 500, not exposed.
    public var status: Int {
        didSet { if !Self.isErrorStatus(status) { (status, isExposed) = (500, false) } }
    }
    /// For the client when ``isExposed``, else for the log only.
    public var message: String
    /// Whether the client may see ``message``.
    ///
    /// Default: true under 500, false from there on.
    public var isExposed: Bool
    /// Header fields of the error reply, such as `Allow` or `Retry-After`.
    public var headers: HTTPHeaders
    /// A stable word a program can branch on.
    public var reason: Reason?
    /// What caused it, for the log; nil when it is the cause itself.
    public private(set) var underlying: (any Error)?

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - status: 400 to 599; anything else becomes 500, not exposed.
    ///   - message: Default: the status's reason phrase.
    ///   - isExposed: Whether the client may see the message. Default: true under 500.
    ///   - headers: Header fields for the error reply.
    ///   - reason: A stable word a program can branch on.
    public init(
        _ status: Int,
        _ message: String? = nil,
        isExposed: Bool? = nil,
        headers: HTTPHeaders = [:],
        reason: Reason? = nil
    ) {
        let isErrorStatus = Self.isErrorStatus(status)
        self.status = isErrorStatus ? status : 500
        self.message = message ?? StatusLine.text(for: self.status)
        self.isExposed = isErrorStatus ? (isExposed ?? (status < 500)) : false
        self.headers = headers
        self.reason = reason
    }

    /// Creates an error that another caused, such as `HTTPError(422, because: error)`.
    ///
    /// Its message is the description of that error, which the client sees when it is exposed. An ``HTTPError`` stays
    /// what it is: it knows its status best.
    ///
    /// - Parameters:
    ///   - status: 400 to 599; anything else becomes 500, not exposed.
    ///   - cause: What went wrong.
    ///   - isExposed: Whether the client may see the description. Default: true under 500.
    public init(_ status: Int, because cause: any Error, isExposed: Bool? = nil) {
        if let known = cause as? HTTPError {
            self = known
        } else {
            self.init(status, "\(cause)", isExposed: isExposed)
            underlying = cause
        }
    }

    /// What HTTP makes of any error: itself if it is an ``HTTPError``, else a 500 that says nothing of the inside.
    public init(_ error: any Error) {
        self = (error as? HTTPError) ?? HTTPError(500, "\(type(of: error))")
    }

    private static func isErrorStatus(_ status: Int) -> Bool { (400...599).contains(status) }

    /// What the client is told: the message when exposed, else the reason phrase.
    public var exposedMessage: String {
        isExposed ? message : StatusLine.text(for: status)
    }
}

extension HTTPError: CustomStringConvertible {
    /// Status and message, for logs.
    public var description: String { "\(status) \(message)" }
}

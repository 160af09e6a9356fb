import NIOHTTP1

/// What the request says of its content.
extension Request {
    /// The media type of the body: `Content-Type` in lower case without its parameters; nil when it is absent.
    public var type: String? { headers.first(name: "content-type").map(MediaTypes.essence) }

    /// The charset of the body as sent, such as `utf-8`; empty when none or no well-formed type was sent.
    public var charset: String {
        headers.first(name: "content-type").flatMap { MediaParameters(parsing: $0)?["charset"] } ?? ""
    }

    /// The length of the body in bytes; nil when it was not announced.
    public var length: Int? { headers.first(name: "content-length").flatMap(Int.init) }

    /// Whether the request has a body, be it empty.
    public var hasBody: Bool { headers.contains(name: "transfer-encoding") || length != nil }

    /// Whether doing it twice is doing it once: GET, HEAD, PUT, DELETE, OPTIONS and TRACE.
    public var isIdempotent: Bool {
        switch method {
        case .GET, .HEAD, .PUT, .DELETE, .OPTIONS, .TRACE: true
        default: false
        }
    }

    /// The first of several types that the body is of; nil when it is of none, or there is no body.
    ///
    /// Koa's `is`. A type is a media type, an extension such as `json`, a pattern such as `image/*`, `+json` or
    /// `multipart`, or `urlencoded`. A pattern returns the type of the body, anything else itself. Without types: the
    /// type of the body.
    public func matches(_ types: String...) -> String? { matches(types) }

    /// The first of several types that the body is of; see ``matches(_:)-(String...)``.
    public func matches(_ types: [String]) -> String? {
        hasBody ? TypePattern.firstMatch(of: types, with: type) : nil
    }
}

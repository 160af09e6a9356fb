/// What ``BodyParser`` made of a body.
public enum ParsedBody: Sendable {
    /// The type is not one that is parsed.
    case unparsed
    /// JSON; an object without members when the body is empty.
    case json(JSONValue)
    /// `application/x-www-form-urlencoded`.
    case form(Form)
    /// `text/plain`.
    case text(String)
    /// `multipart/form-data`; its files are removed when the request is over.
    case multipart(MultipartForm)
}

extension Context {
    private enum ParsedBodyKey: StateKey { typealias Value = ParsedBody }

    /// What ``BodyParser`` made of the request's body; nil when it did not look at it.
    ///
    /// The body itself is still to be had from ``Request/bytes(upTo:)``, unless it was multipart. Setting this keeps a
    /// body parser from parsing.
    public var parsedBody: ParsedBody? {
        get { state[ParsedBodyKey.self] }
        set { state[ParsedBodyKey.self] = newValue }
    }
}

/// The negotiation of the request, which Koa delegates to its context.
extension Context {
    /// The media types that the client takes; see ``Request/accepts()``.
    public func accepts() -> [String] { request.accepts() }

    /// The one of several types that the client likes best; see ``Request/accepts(_:_:)``.
    public func accepts(_ first: String, _ others: String...) -> String? { request.accepts([first] + others) }

    /// The content codings that the client takes; see ``Request/acceptsEncodings()``.
    public func acceptsEncodings() -> [String] { request.acceptsEncodings() }

    /// The one of several content codings that the client likes best; see ``Request/acceptsEncodings(_:_:)``.
    public func acceptsEncodings(_ first: String, _ others: String...) -> String? {
        request.acceptsEncodings([first] + others)
    }

    /// The charsets that the client takes; see ``Request/acceptsCharsets()``.
    public func acceptsCharsets() -> [String] { request.acceptsCharsets() }

    /// The one of several charsets that the client likes best; see ``Request/acceptsCharsets(_:_:)``.
    public func acceptsCharsets(_ first: String, _ others: String...) -> String? {
        request.acceptsCharsets([first] + others)
    }

    /// The languages that the client takes; see ``Request/acceptsLanguages()``.
    public func acceptsLanguages() -> [String] { request.acceptsLanguages() }

    /// The one of several languages that the client likes best; see ``Request/acceptsLanguages(_:_:)``.
    public func acceptsLanguages(_ first: String, _ others: String...) -> String? {
        request.acceptsLanguages([first] + others)
    }
}

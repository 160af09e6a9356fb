public import NIOHTTP1

/// The members of the request that Koa delegates to its context.
extension Context {
    /// The method of the request.
    public var method: HTTPMethod { request.method }
    /// The path of the request target, as received.
    public var path: String { request.path }

    /// The value of a request header field, the empty string when it is absent.
    public func get(_ field: String) -> String { request.get(field) }
}

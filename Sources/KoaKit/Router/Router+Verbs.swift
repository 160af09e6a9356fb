import NIOHTTP1

/// A helper for each method, as in @koa/router: several handlers run as an onion, the first outermost.
///
/// For methods without one, see ``Router/on(_:_:name:_:)``.
extension Router {
    /// Adds a route for GET, and HEAD with it.
    @discardableResult
    public func get(_ path: some RoutePaths, name: String? = nil, _ handler: @escaping Handler, _ inner: Handler...)
        -> Router
    {
        on([.GET], path, name, [], handler, inner)
    }

    /// Adds a route for HEAD alone.
    @discardableResult
    public func head(_ path: some RoutePaths, name: String? = nil, _ handler: @escaping Handler, _ inner: Handler...)
        -> Router
    {
        on([.HEAD], path, name, [], handler, inner)
    }

    /// Adds a route for POST.
    @discardableResult
    public func post(_ path: some RoutePaths, name: String? = nil, _ handler: @escaping Handler, _ inner: Handler...)
        -> Router
    {
        on([.POST], path, name, [], handler, inner)
    }

    /// Adds a route for PUT.
    @discardableResult
    public func put(_ path: some RoutePaths, name: String? = nil, _ handler: @escaping Handler, _ inner: Handler...)
        -> Router
    {
        on([.PUT], path, name, [], handler, inner)
    }

    /// Adds a route for PATCH.
    @discardableResult
    public func patch(_ path: some RoutePaths, name: String? = nil, _ handler: @escaping Handler, _ inner: Handler...)
        -> Router
    {
        on([.PATCH], path, name, [], handler, inner)
    }

    /// Adds a route for DELETE.
    @discardableResult
    public func delete(_ path: some RoutePaths, name: String? = nil, _ handler: @escaping Handler, _ inner: Handler...)
        -> Router
    {
        on([.DELETE], path, name, [], handler, inner)
    }

    /// Adds a route for DELETE, by the shorter of its names.
    @discardableResult
    public func del(_ path: some RoutePaths, name: String? = nil, _ handler: @escaping Handler, _ inner: Handler...)
        -> Router
    {
        on([.DELETE], path, name, [], handler, inner)
    }

    /// Adds a route for OPTIONS.
    @discardableResult
    public func options(_ path: some RoutePaths, name: String? = nil, _ handler: @escaping Handler, _ inner: Handler...)
        -> Router
    {
        on([.OPTIONS], path, name, [], handler, inner)
    }

    /// Adds a route for every method.
    @discardableResult
    public func all(_ path: some RoutePaths, name: String? = nil, _ handler: @escaping Handler, _ inner: Handler...)
        -> Router
    {
        on([], path, name, [], handler, inner)
    }

    /// The first handler is passed by itself, since a closure that comes out of an array costs a call more.
    func on(
        _ methods: [HTTPMethod],
        _ path: some RoutePaths,
        _ name: String?,
        _ middleware: [any Middleware],
        _ handler: @escaping Handler,
        _ inner: [Handler]
    ) -> Router {
        let handlers = [ClosureMiddleware(handler: handler)] + inner.map { ClosureMiddleware(handler: $0) }
        return on(methods, path, name: name, middleware + handlers)
    }
}

import NIOHTTP1

/// A helper for each method, as in @koa/router: several handlers run as an onion, the first outermost.
extension Router {
    /// Adds a route for GET, and HEAD with it.
    @discardableResult
    public func get(_ path: String, _ handler: @escaping Handler, _ inner: Handler...) -> Router {
        on([.GET], path, handler, inner)
    }

    /// Adds a route for HEAD alone.
    @discardableResult
    public func head(_ path: String, _ handler: @escaping Handler, _ inner: Handler...) -> Router {
        on([.HEAD], path, handler, inner)
    }

    /// Adds a route for POST.
    @discardableResult
    public func post(_ path: String, _ handler: @escaping Handler, _ inner: Handler...) -> Router {
        on([.POST], path, handler, inner)
    }

    /// Adds a route for PUT.
    @discardableResult
    public func put(_ path: String, _ handler: @escaping Handler, _ inner: Handler...) -> Router {
        on([.PUT], path, handler, inner)
    }

    /// Adds a route for PATCH.
    @discardableResult
    public func patch(_ path: String, _ handler: @escaping Handler, _ inner: Handler...) -> Router {
        on([.PATCH], path, handler, inner)
    }

    /// Adds a route for DELETE.
    @discardableResult
    public func delete(_ path: String, _ handler: @escaping Handler, _ inner: Handler...) -> Router {
        on([.DELETE], path, handler, inner)
    }

    /// Adds a route for OPTIONS.
    @discardableResult
    public func options(_ path: String, _ handler: @escaping Handler, _ inner: Handler...) -> Router {
        on([.OPTIONS], path, handler, inner)
    }

    /// Adds a route for every method.
    @discardableResult
    public func all(_ path: String, _ handler: @escaping Handler, _ inner: Handler...) -> Router {
        on([], path, handler, inner)
    }

    /// The first handler is passed by itself, since a closure that comes out of an array costs a call more.
    private func on(_ methods: [HTTPMethod], _ path: String, _ handler: @escaping Handler, _ inner: [Handler]) -> Router
    {
        on(methods, path, [ClosureMiddleware(handler: handler)] + inner.map { ClosureMiddleware(handler: $0) })
    }
}

import NIOHTTP1

/// A helper for each method, as in @koa/router: several handlers run as an onion.
extension Router {
    /// Adds a route for GET, and HEAD with it.
    @discardableResult
    public func get(_ path: String, _ handlers: Handler...) -> Router { on([.GET], path, handlers.middleware) }

    /// Adds a route for HEAD alone.
    @discardableResult
    public func head(_ path: String, _ handlers: Handler...) -> Router { on([.HEAD], path, handlers.middleware) }

    /// Adds a route for POST.
    @discardableResult
    public func post(_ path: String, _ handlers: Handler...) -> Router { on([.POST], path, handlers.middleware) }

    /// Adds a route for PUT.
    @discardableResult
    public func put(_ path: String, _ handlers: Handler...) -> Router { on([.PUT], path, handlers.middleware) }

    /// Adds a route for PATCH.
    @discardableResult
    public func patch(_ path: String, _ handlers: Handler...) -> Router { on([.PATCH], path, handlers.middleware) }

    /// Adds a route for DELETE.
    @discardableResult
    public func delete(_ path: String, _ handlers: Handler...) -> Router { on([.DELETE], path, handlers.middleware) }

    /// Adds a route for OPTIONS.
    @discardableResult
    public func options(_ path: String, _ handlers: Handler...) -> Router { on([.OPTIONS], path, handlers.middleware) }

    /// Adds a route for every method.
    @discardableResult
    public func all(_ path: String, _ handlers: Handler...) -> Router { on([], path, handlers.middleware) }
}

extension [Handler] {
    fileprivate var middleware: [any Middleware] { map { ClosureMiddleware(handler: $0) } }
}

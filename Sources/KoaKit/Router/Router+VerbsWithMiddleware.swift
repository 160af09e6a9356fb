import NIOHTTP1

/// The helpers for routes with middleware of their own, such as `router.get("/feed", CORS(), showFeed)`.
extension Router {
    /// Adds a route for GET, and HEAD with it, with a middleware outside its handlers.
    @discardableResult
    public func get(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ handler: @escaping Handler,
        _ inner: Handler...
    ) -> Router {
        on([.GET], path, name, [middleware], handler, inner)
    }

    /// Adds a route for GET, and HEAD with it, with nothing but middleware.
    @discardableResult
    public func get(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ inner: any Middleware...
    ) -> Router {
        on([.GET], path, name: name, [middleware] + inner)
    }

    /// Adds a route for HEAD alone, with a middleware outside its handlers.
    @discardableResult
    public func head(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ handler: @escaping Handler,
        _ inner: Handler...
    ) -> Router {
        on([.HEAD], path, name, [middleware], handler, inner)
    }

    /// Adds a route for HEAD alone, with nothing but middleware.
    @discardableResult
    public func head(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ inner: any Middleware...
    ) -> Router {
        on([.HEAD], path, name: name, [middleware] + inner)
    }

    /// Adds a route for POST, with a middleware outside its handlers.
    @discardableResult
    public func post(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ handler: @escaping Handler,
        _ inner: Handler...
    ) -> Router {
        on([.POST], path, name, [middleware], handler, inner)
    }

    /// Adds a route for POST, with nothing but middleware.
    @discardableResult
    public func post(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ inner: any Middleware...
    ) -> Router {
        on([.POST], path, name: name, [middleware] + inner)
    }

    /// Adds a route for PUT, with a middleware outside its handlers.
    @discardableResult
    public func put(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ handler: @escaping Handler,
        _ inner: Handler...
    ) -> Router {
        on([.PUT], path, name, [middleware], handler, inner)
    }

    /// Adds a route for PUT, with nothing but middleware.
    @discardableResult
    public func put(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ inner: any Middleware...
    ) -> Router {
        on([.PUT], path, name: name, [middleware] + inner)
    }

    /// Adds a route for PATCH, with a middleware outside its handlers.
    @discardableResult
    public func patch(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ handler: @escaping Handler,
        _ inner: Handler...
    ) -> Router {
        on([.PATCH], path, name, [middleware], handler, inner)
    }

    /// Adds a route for PATCH, with nothing but middleware.
    @discardableResult
    public func patch(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ inner: any Middleware...
    ) -> Router {
        on([.PATCH], path, name: name, [middleware] + inner)
    }

    /// Adds a route for DELETE, with a middleware outside its handlers.
    @discardableResult
    public func delete(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ handler: @escaping Handler,
        _ inner: Handler...
    ) -> Router {
        on([.DELETE], path, name, [middleware], handler, inner)
    }

    /// Adds a route for DELETE, with nothing but middleware.
    @discardableResult
    public func delete(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ inner: any Middleware...
    ) -> Router {
        on([.DELETE], path, name: name, [middleware] + inner)
    }

    /// Adds a route for DELETE, by the shorter of its names, with a middleware outside its handlers.
    @discardableResult
    public func del(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ handler: @escaping Handler,
        _ inner: Handler...
    ) -> Router {
        on([.DELETE], path, name, [middleware], handler, inner)
    }

    /// Adds a route for DELETE, by the shorter of its names, with nothing but middleware.
    @discardableResult
    public func del(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ inner: any Middleware...
    ) -> Router {
        on([.DELETE], path, name: name, [middleware] + inner)
    }

    /// Adds a route for OPTIONS, with a middleware outside its handlers.
    @discardableResult
    public func options(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ handler: @escaping Handler,
        _ inner: Handler...
    ) -> Router {
        on([.OPTIONS], path, name, [middleware], handler, inner)
    }

    /// Adds a route for OPTIONS, with nothing but middleware.
    @discardableResult
    public func options(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ inner: any Middleware...
    ) -> Router {
        on([.OPTIONS], path, name: name, [middleware] + inner)
    }

    /// Adds a route for every method, with a middleware outside its handlers.
    @discardableResult
    public func all(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ handler: @escaping Handler,
        _ inner: Handler...
    ) -> Router {
        on([], path, name, [middleware], handler, inner)
    }

    /// Adds a route for every method, with nothing but middleware.
    @discardableResult
    public func all(
        _ path: some RoutePaths,
        name: String? = nil,
        _ middleware: any Middleware,
        _ inner: any Middleware...
    ) -> Router {
        on([], path, name: name, [middleware] + inner)
    }
}

/// Middleware of a router, and routers within it.
extension Router {
    /// Adds middleware to all routes of this router and of those nested in it.
    ///
    /// They run only when one of these routes matches path and method, once per request, outside the routes registered
    /// after them and inside those registered before. One that is the ``routes()`` of a router nests that router.
    ///
    /// - Returns: The router, for chaining.
    @discardableResult
    public func use(_ middleware: any Middleware, _ inner: any Middleware...) -> Router {
        add([middleware] + inner, at: [""])
    }

    /// Adds middleware written as closures to all routes; see ``use(_:_:)-(Middleware,_)``.
    ///
    /// - Returns: The router, for chaining.
    @discardableResult
    public func use(_ handler: @escaping Handler, _ inner: Handler...) -> Router {
        use(at: [""], handler, inner)
    }

    /// Adds middleware to the routes at or under a path.
    ///
    /// A path covers whole segments: `/admin` stands above `/admin` and `/admin/users`, not above `/administrators`.
    /// `/` is exactly the root of the router, the empty path all of it.
    ///
    /// - Parameters:
    ///   - path: One or several; may hold parameters, which the middleware see.
    ///   - middleware: One that is the ``routes()`` of a router nests that router under the path.
    ///   - inner: More, to run inside of it.
    /// - Returns: The router, for chaining.
    @discardableResult
    public func use(
        _ path: some RoutePaths,
        _ middleware: any Middleware,
        _ inner: any Middleware...
    ) -> Router {
        add([middleware] + inner, at: path.paths)
    }

    /// Adds middleware written as closures to the routes at or under a path; see ``use(_:_:_:)-(_,Middleware,_)``.
    ///
    /// - Returns: The router, for chaining.
    @discardableResult
    public func use(_ path: some RoutePaths, _ handler: @escaping Handler, _ inner: Handler...) -> Router {
        use(at: path.paths, handler, inner)
    }

    /// Adds the routes of another router, as they are now, under this router's prefix.
    ///
    /// The other router's middleware stay with its own routes; it can be nested at several places.
    ///
    /// - Returns: The router, for chaining.
    @discardableResult
    public func use(_ router: Router) -> Router {
        nest(router.contents, at: [""])
    }

    /// Adds the routes of another router, as they are now, under this router's prefix and a path.
    ///
    /// The other router's middleware stay with its own routes; it can be nested at several places.
    ///
    /// - Parameters:
    ///   - path: One or several; may hold parameters. A trailing slash is dropped.
    ///   - router: The other router.
    /// - Returns: The router, for chaining.
    @discardableResult
    public func use(_ path: some RoutePaths, _ router: Router) -> Router {
        nest(router.contents, at: path.paths)
    }

    private func use(at paths: [String], _ handler: @escaping Handler, _ inner: [Handler]) -> Router {
        add([ClosureMiddleware(handler: handler)] + inner.map { ClosureMiddleware(handler: $0) }, at: paths)
    }

    private func add(_ middleware: [any Middleware], at paths: [String]) -> Router {
        for path in paths {
            Self.check(path)
            for middleware in middleware {
                if let router = middleware as? RouterMiddleware {
                    nest(router.contents, at: [path])
                } else {
                    contents.layers.append(.middleware([middleware], path: path))
                }
            }
        }
        return self
    }

    @discardableResult
    private func nest(_ inner: Contents, at paths: [String]) -> Router {
        for path in paths {
            Self.check(path)
            contents.layers.append(.router(inner, path: path))
        }
        return self
    }
}

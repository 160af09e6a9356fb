public import NIOHTTP1

/// Sends a request to the handlers of its path and method.
///
/// Koa's router.
///
/// ```swift
/// let users = Router(prefix: "/users")
/// users.get("/:id") { ctx, _ in ctx.body = .text(ctx.params["id"] ?? "") }
/// app.use(users.routes())
/// app.use(users.allowedMethods())
/// ```
///
/// Every route that matches path and method joins one chain, in the order of registration; one that does not call
/// `next` ends it. Paths are literal segments, `:name` for one segment and a last `*name` for the rest; case and a
/// trailing slash make no difference. A GET route answers HEAD too.
public final class Router {
    private enum Layer {
        case middleware(any Middleware)
        case route(Route)
    }

    private let prefix: String
    private var layers: [Layer] = []

    /// Creates a router without routes.
    ///
    /// - Parameter prefix: Stands before the path of every route; may hold parameters. Default: none.
    public init(prefix: String = "") {
        self.prefix = Self.trimmed(prefix)
    }

    /// Adds a route.
    ///
    /// - Parameters:
    ///   - methods: What it answers; empty for all methods.
    ///   - path: Starts with `/`; appended to the prefix.
    ///   - middleware: Run as an onion; at least one.
    /// - Returns: The router, for chaining.
    @discardableResult
    public func on(_ methods: [HTTPMethod], _ path: String, _ middleware: [any Middleware]) -> Router {
        precondition(!middleware.isEmpty, "a route needs a handler: \(path)")
        layers.append(.route(Route(methods: methods, pattern: RoutePattern(prefix + path), middleware: middleware)))
        return self
    }

    /// Adds a middleware to all routes of this router and of those nested in it; it runs only when one of them matches.
    ///
    /// It stands outside the routes registered after it and inside those registered before it.
    @discardableResult
    public func use(_ middleware: any Middleware) -> Router {
        layers.append(.middleware(middleware))
        return self
    }

    /// Adds a middleware written as a closure to all routes; see ``use(_:)-(Middleware)``.
    @discardableResult
    public func use(_ handler: @escaping Handler) -> Router {
        use(ClosureMiddleware(handler: handler))
    }

    /// Adds the routes of another router, as they are now, under this router's prefix and `path`.
    ///
    /// The other router's middleware stay with its own routes.
    @discardableResult
    public func use(_ path: String, _ router: Router) -> Router {
        for route in router.resolvedRoutes() {
            let pattern = RoutePattern(prefix + Self.trimmed(path) + route.pattern.text)
            layers.append(.route(Route(methods: route.methods, pattern: pattern, middleware: route.middleware)))
        }
        return self
    }

    /// Adds the routes of another router, as they are now, under this router's prefix.
    @discardableResult
    public func use(_ router: Router) -> Router {
        use("", router)
    }

    /// The router as a middleware, with the routes it has now.
    ///
    /// What it does not match goes on to `next`.
    public func routes() -> any Middleware {
        RouterMiddleware(table: RouteTable(resolvedRoutes()))
    }

    /// A middleware that answers what no route did: OPTIONS with the allowed methods, 405 for a path with other
    /// methods, 501 for a method that HTTP does not define.
    ///
    /// A path that no route has stays 404.
    ///
    /// - Parameter throwing: Whether 405 and 501 are thrown as ``HTTPError``, `Allow` included, for an error shaper to
    ///   answer. Default: false.
    /// - Returns: The middleware; it stands anywhere outside the routes.
    public func allowedMethods(throwing: Bool = false) -> any Middleware {
        AllowedMethods(isThrowing: throwing)
    }

    /// Each route with this router's middleware around it.
    private func resolvedRoutes() -> [Route] {
        layers.indices.compactMap { index in
            guard case .route(let route) = layers[index] else { return nil }
            var chain: [any Middleware] = []
            for other in layers.indices {
                switch layers[other] {
                case .middleware(let middleware): chain.append(middleware)
                case .route: if other == index { chain += route.middleware }
                }
            }
            return Route(methods: route.methods, pattern: route.pattern, middleware: chain)
        }
    }

    private static func trimmed(_ prefix: String) -> String {
        prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
    }
}

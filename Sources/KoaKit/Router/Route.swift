import NIOHTTP1

/// A route with everything that runs for it, from its routers' middleware to its handlers.
final class Route: Sendable {
    /// Empty for all methods.
    let methods: [HTTPMethod]
    let pattern: RoutePattern
    let middleware: [any Middleware]
    let chain: any Middleware

    init(methods: [HTTPMethod], pattern: RoutePattern, middleware: [any Middleware]) {
        self.methods = methods
        self.pattern = pattern
        self.middleware = middleware
        chain = compose(middleware)
    }

    /// Whether the route answers `method`; GET answers HEAD too.
    func answers(_ method: HTTPMethod) -> Bool {
        methods.isEmpty || methods.contains(method) || method == .HEAD && methods.contains(.GET)
    }
}

/// What routers found for a request whose method they do not answer.
struct RoutingOutcome {
    /// Whether any router looked.
    var wasTried = false
    /// Whether a route matched path and method.
    var isMatched = false
    /// The methods of the routes whose path matched, in the order in which they were registered.
    var methods: [HTTPMethod] = []
}

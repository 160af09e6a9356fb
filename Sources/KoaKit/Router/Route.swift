public import NIOHTTP1

/// A route of a frozen router.
public final class Route: Sendable {
    /// What it answers; empty for all methods.
    public let methods: [HTTPMethod]
    /// Its name, for ``RouteTable/url(for:params:query:)``.
    public let name: String?
    /// Its pattern as written, prefixes included: a stable label for logs and metrics.
    public var path: String { pattern.text }

    /// Kept, since `==` compares the names of methods.
    private let answersGET: Bool
    let pattern: RoutePattern
    let options: Router.Options
    /// The route's own place among the layers of its router.
    let order: Int
    /// What runs for it, from its routers' middleware to its handlers, in the order of registration.
    let layers: [RouteLayer]
    /// The same, composed, for when no other route joins in.
    let chain: any Middleware
    /// What answers OPTIONS in its place; nil when none of its middleware does.
    let preflight: (any Middleware)?

    init(
        _ definition: RouteDefinition,
        _ pattern: RoutePattern,
        _ options: Router.Options,
        order: Int,
        layers: [RouteLayer]
    ) {
        methods = definition.methods
        answersGET = methods.isEmpty || methods.contains(.GET)
        name = definition.name
        self.pattern = pattern
        self.options = options
        self.order = order
        self.layers = layers
        let middleware = RouteLayer.assemble(layers)
        chain = compose(middleware)
        let responders = middleware.compactMap { middleware -> (any Middleware)? in
            if let scoped = middleware as? ScopedMiddleware { return scoped.preflight }
            return middleware as? any PreflightResponder
        }
        preflight = responders.isEmpty ? nil : compose(responders)
    }

    /// Whether the route answers `method`; GET answers HEAD too.
    func answers(_ method: HTTPMethod) -> Bool {
        switch method {
        case .GET: answersGET
        case .HEAD where answersGET: true
        default: methods.isEmpty || methods.contains(method)
        }
    }
}

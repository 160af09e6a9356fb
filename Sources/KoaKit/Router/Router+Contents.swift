extension Router {
    /// What a router holds: a value, so that nesting copies it.
    struct Contents: Sendable {
        var prefix = ""
        var options = Options()
        var layers: [Layer] = []
        var parameterHandlers: [ParameterHandler] = []
    }

    /// What is registered in a router, in order.
    indirect enum Layer: Sendable {
        case route(RouteDefinition)
        /// Middleware for all routes, or for those at or under a path.
        case middleware([any Middleware], path: String)
        case router(Contents, path: String)
    }
}

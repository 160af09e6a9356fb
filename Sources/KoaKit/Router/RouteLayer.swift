/// What one layer of a router contributes to the chain of a route.
struct RouteLayer: Sendable {
    /// Its place among all layers of the router.
    let order: Int
    /// Runs before the parameter handlers.
    var prelude: (any Middleware)?
    /// The handlers of the parameters that are bound here, in the order of the URL.
    let parameterHandlers: [ParameterHandler]
    let middleware: [any Middleware]
    /// Whether the path decides for each request if it runs.
    let isConditional: Bool

    /// The middleware of a chain, from layers in the order of registration.
    ///
    /// Each parameter handler stands once, where its parameter first comes up.
    static func assemble(_ layers: [RouteLayer]) -> [any Middleware] {
        var seen: Set<ObjectIdentifier> = []
        var chain: [any Middleware] = []
        for layer in layers {
            if let prelude = layer.prelude { chain.append(prelude) }
            for handler in layer.parameterHandlers where seen.insert(ObjectIdentifier(handler)).inserted {
                chain.append(ParameterMiddleware(handler: handler))
            }
            chain += layer.middleware
        }
        return chain
    }

    /// The middleware of the chain for a request that several routes match: layers they share run once.
    static func assemble(_ matches: [RouteMatch]) -> [any Middleware] {
        var layers: [Int: RouteLayer] = [:]
        var accumulated = RouteParameters()
        for match in matches {
            accumulated = accumulated.merging(match.parameters)
            for layer in match.route.layers where layers[layer.order]?.isConditional != false {
                layers[layer.order] = layer
            }
            layers[match.route.order]?.prelude = ParameterSetter(parameters: accumulated)
        }
        return assemble(layers.values.sorted { $0.order < $1.order })
    }
}

/// A route whose path matched, with its parameters.
struct RouteMatch {
    let route: Route
    let parameters: RouteParameters
}

/// Gives the context what a route's path says, as the chain comes to it.
private struct ParameterSetter: Middleware {
    let parameters: RouteParameters

    func handle(_ context: Context, next: Next) async throws {
        context.params = parameters
        try await next()
    }
}

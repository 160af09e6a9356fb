/// Runs the routes that match a request.
struct RouterMiddleware: Middleware {
    let table: RouteTable

    func handle(_ context: Context, next: Next) async throws {
        context.routing.wasTried = true
        if let route = table.onlyRoute(at: context.path, for: context.method) {
            context.routing.isMatched = true
            context.matchedRoute = route.pattern.text
            return try await route.chain.handle(context, next: next)
        }
        let candidates = table.routes(matching: context.path)
        let matches = candidates.filter { $0.route.answers(context.method) }
        guard let last = matches.last else {
            context.routing.methods += candidates.flatMap(\.route.methods)
            return try await next()
        }
        context.routing.isMatched = true
        // The last one is the most particular where patterns overlap, and what @koa/router reports.
        context.matchedRoute = last.route.pattern.text
        try await run(matches[...], context, next)
    }

    private func run(
        _ matches: ArraySlice<(route: Route, parameters: RouteParameters)>,
        _ context: Context,
        _ next: Next
    ) async throws {
        guard let match = matches.first else { return try await next() }
        context.params = match.parameters
        try await match.route.chain.handle(context) {
            try await run(matches.dropFirst(), context, next)
        }
    }
}

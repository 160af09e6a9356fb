import NIOHTTP1

/// Runs the routes that match a request.
struct RouterMiddleware: Middleware {
    /// What a router takes that this one is nested in.
    let contents: Router.Contents
    private let options: Router.Options
    private let lookup: RouteLookup

    init(_ contents: Router.Contents) {
        self.contents = contents
        options = contents.options
        lookup = RouteLookup(RouteTable(contents))
    }

    func handle(_ context: Context, next: Next) async throws {
        let path = options.routerPath ?? context.routerPath ?? context.path
        if let found = lookup.literalPath(path), let route = found.onlyRoute(for: context.method) {
            context.routing.match(route, of: found)
            return try await route.chain.handle(context, next: next)
        }
        try await search(path, context, next)
    }

    /// For paths with parameters, other hosts, several routes that join in, or none.
    private func search(_ path: String, _ context: Context, _ next: Next) async throws {
        guard options.hosts.isEmpty || options.isHost(context.hostname) else { return try await next() }
        let candidates = lookup.routes(matching: path).filter { match in
            match.route.options.hosts.isEmpty || match.route.options.isHost(context.hostname)
        }
        context.routing.note(
            candidates.isEmpty ? lookup.nothing : PathMatches(table: lookup.table, routes: candidates.map(\.route))
        )
        var matches = candidates.filter { $0.route.answers(context.method) }
        guard let last = matches.last else {
            if context.method == .OPTIONS { return try await answerPreflight(candidates, context, next) }
            return try await next()
        }
        if options.exclusive { matches = [last] }
        context.routing.isMatched = true
        context.routing.enter(last.route)
        // Until the chain comes to a route, its routers' middleware see the parameters of all.
        context.params = matches.reversed().reduce(RouteParameters()) { $0.merging($1.parameters) }
        let chain = matches.count == 1 ? last.route.chain : compose(RouteLayer.assemble(matches))
        try await chain.handle(context, next: next)
    }

    /// Runs what owns OPTIONS on the route that the client is about to ask, or else on the first that has such a thing.
    private func answerPreflight(_ candidates: [RouteMatch], _ context: Context, _ next: Next) async throws {
        let responding = candidates.filter { $0.route.preflight != nil }
        let method = HTTPMethod(rawValue: context.get("Access-Control-Request-Method"))
        guard let match = responding.last(where: { $0.route.answers(method) }) ?? responding.first,
            let preflight = match.route.preflight
        else { return try await next() }
        context.routing.enter(match.route)
        context.params = match.parameters
        try await preflight.handle(context, next: next)
    }
}

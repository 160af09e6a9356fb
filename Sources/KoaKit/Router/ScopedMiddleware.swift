/// Runs a middleware where the path decides whether it stands above the route.
struct ScopedMiddleware: Middleware {
    let scope: RouteScope
    let middleware: [any Middleware]
    private let chain: any Middleware

    init(scope: RouteScope, middleware: [any Middleware]) {
        self.scope = scope
        self.middleware = middleware
        chain = compose(middleware)
    }

    func handle(_ context: Context, next: Next) async throws {
        let text = scope.routerPath ?? context.routerPath ?? context.path
        guard let path = RequestPath(text), let form = scope.form(matching: path) else { return try await next() }
        if !scope.pattern.isLiteral { context.params = context.params.merging(path.parameters(of: form)) }
        try await chain.handle(context, next: next)
    }

    /// What of it answers OPTIONS, under the same condition; nil when nothing does.
    var preflight: ScopedMiddleware? {
        let responders = middleware.filter { $0 is any PreflightResponder }
        return responders.isEmpty ? nil : ScopedMiddleware(scope: scope, middleware: responders)
    }
}

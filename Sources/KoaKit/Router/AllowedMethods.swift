import NIOHTTP1

/// Answers requests whose path some route has and whose method none has.
struct AllowedMethods: Middleware {
    let isThrowing: Bool
    /// What @koa/router counts as implemented.
    private static let implemented: [HTTPMethod] = [.HEAD, .OPTIONS, .GET, .PUT, .PATCH, .POST, .DELETE]

    func handle(_ context: Context, next: Next) async throws {
        try await next()
        guard context.routing.wasTried, !context.routing.isMatched, context.status == 404 else { return }
        let allowed = Self.allow(context.routing.methods)
        if !Self.implemented.contains(context.method) {
            try refuse(context, 501, allowed)
        } else if allowed.isEmpty {
            return
        } else if context.method == .OPTIONS {
            context.body = .text("")
            context.set("Allow", allowed)
        } else {
            try refuse(context, 405, allowed)
        }
    }

    private func refuse(_ context: Context, _ status: Int, _ allowed: String) throws {
        if isThrowing { throw HTTPError(status, headers: allowed.isEmpty ? [:] : ["Allow": allowed]) }
        context.status = status
        if !allowed.isEmpty { context.set("Allow", allowed) }
    }

    /// First seen first, HEAD before the GET that brings it.
    private static func allow(_ methods: [HTTPMethod]) -> String {
        var names: [String] = []
        for method in methods {
            for name in method == .GET ? ["HEAD", "GET"] : [method.rawValue] where !names.contains(name) {
                names.append(name)
            }
        }
        return names.joined(separator: ", ")
    }
}

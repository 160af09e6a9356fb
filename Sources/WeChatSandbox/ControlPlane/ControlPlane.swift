import KoaKit

/// `/sandbox/…`: what a test asks of the sandbox over HTTP.
///
/// Every reply is JSON, `{"error":"…"}` for a refusal.
struct ControlPlane: Middleware {
    private let routes: any Middleware

    init(_ sandbox: Sandbox) {
        let router = Router(prefix: "/sandbox")
        router.addUserRoutes(to: sandbox)
        router.addAppRoutes(to: sandbox)
        router.addDayRoutes(to: sandbox)
        routes = compose([router.allowedMethods(throwing: true), router.routes()])
    }

    func handle(_ context: Context, next: Next) async throws {
        let path = context.path.lowercased()
        guard path == "/sandbox" || path.hasPrefix("/sandbox/") else { return try await next() }
        do {
            try await routes.handle(context) {}
        } catch let error as SandboxError {
            throw HTTPError(400, error.description, reason: .invalidParameter)
        }
        if context.response.isUnanswered { throw HTTPError(404, "the control plane has no such path") }
    }
}

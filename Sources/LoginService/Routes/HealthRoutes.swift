import KoaKit
import Synchronization

/// `/healthz` and `/readyz`, for whoever decides where requests go.
struct HealthRoutes: Sendable {
    let sessions: any SessionStore
    let users: any UserStore
    let readiness: Readiness

    func router() -> Router {
        let router = Router()
        router.get("/healthz") { ctx, _ in Envelope.succeed(ctx) }
        router.get("/readyz") { ctx, _ in try await checkReadiness(ctx) }
        return router
    }

    private func checkReadiness(_ ctx: Context) async throws {
        guard !readiness.isStopping else {
            throw Failure(
                code: .overloaded, reason: "shutting_down", message: "shutting down", status: 503, retryAfter: 1)
        }
        try await sessions.ping()
        try await users.ping()
        Envelope.succeed(ctx, data: ["sessionStore": "ok", "userStore": "ok"])
    }
}

/// Whether the node still wants requests.
final class Readiness: Sendable {
    private let stopping = Atomic(false)

    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    /// The node is about to stop: `/readyz` answers 503 from now on.
    func stop() {
        stopping.store(true, ordering: .relaxed)
    }
}

import KoaKit
import Logging
import PrometheusMetrics
import WeChatAPI

/// What the listener of operations serves: `/metrics` to whoever reaches it on this machine, `/admin/…` to whoever
/// has `ADMIN_TOKEN`.
struct AdminApplication: Sendable {
    let configuration: AdminConfiguration
    let metrics: ServiceMetrics
    let administration: UserAdministration

    func makeApplication(logger: Logger) -> Application {
        // Its clients are operators' and know HTTP.
        let app = Application(answeringIn: Envelope(status: .http), logger: logger)
        let router = Router()
        router.use(metricsRouter())
        let guarded = Router()
        guarded.use(AdminGuard(token: configuration.token))
        router.use(guarded.use(AdminRoutes(administration: administration).router()))
        app.serve(router)
        return app
    }

    /// Prometheus needs no token where only this machine can ask.
    private func metricsRouter() -> Router {
        let router = Router()
        if !configuration.isLoopback { router.use(AdminGuard(token: configuration.token)) }
        router.get("/metrics") { ctx, _ in
            ctx.body = .text(metrics.text())
            ctx.set("Content-Type", PrometheusRegistry.contentType)
            ctx.set("Cache-Control", "no-store")
        }
        return router
    }
}

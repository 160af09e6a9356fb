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
        let app = Application(logger: logger)
        // Its clients are operators' and know HTTP.
        let envelope = Envelope(status: .http)
        app.shapeErrors { error, ctx in envelope.shape(error, ctx) }
        app.onError(LoginApplication.log)
        app.use(RequestID())
        if logger.logLevel <= .debug {
            app.use(AccessLog(.init(statusOfError: { envelope.httpStatus(of: Failure($0)) })))
        }
        let router = Router()
        router.use(metricsRouter())
        let guarded = Router()
        guarded.use(AdminGuard(token: configuration.token))
        router.use(guarded.use(AdminRoutes(administration: administration).router()))
        app.use(router.routes())
        app.use { ctx, next in
            try await next()
            if ctx.response.isUnanswered { throw HTTPError(404, "no such path") }
        }
        app.use(router.allowedMethods(throwing: true))
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

import CoreMetrics
import KoaKit
import Logging

/// The application that a node serves: every middleware and every route.
struct LoginApplication: Sendable {
    let envelope: Envelope
    let seedRoutes: Set<SeedRoutes>
    let flow: LoginFlow
    let users: any UserStore
    let sessions: any SessionStore
    let events: LoginEvents
    let tokens: AcceptedTokens
    /// `TOKEN_STYLE`.
    let tokenStyle: TokenStyle
    let profiles: OpenProfileImport
    /// Where WeChat's messages go; nil where none are expected.
    let push: PushRoutes?
    let readiness: Readiness
    let acceptsSelfAssertedPhone: Bool
    let stepUp: Duration?
    let trustedProxies: TrustedProxies
    /// `DOCS`.
    let servesDocs: Bool
    /// Where requests are counted; nil where nobody reads it.
    let metrics: (any MetricsFactory)?

    func makeApplication(logger: Logger) -> Application {
        let app = Application(answeringIn: envelope, logger: logger, metrics: metrics)
        app.settings.trustedProxies = trustedProxies
        let router = Router()
        let userRoutes = UserRoutes(
            flow: flow, users: users, sessions: sessions, events: events, tokens: tokens, tokenStyle: tokenStyle,
            acceptsSelfAssertedPhone: acceptsSelfAssertedPhone, stepUp: stepUp)
        router.use(userRoutes.router())
        router.use(HealthRoutes(sessions: sessions, users: users, readiness: readiness).router())
        if let push { router.use(push.router()) }
        for group in seedRoutes { router.use(self.router(of: group)) }
        if servesDocs { router.use(DocsRoutes(envelope: envelope, describing: router).router()) }
        app.serve(router)
        return app
    }

    private func router(of group: SeedRoutes) -> Router {
        switch group {
        case .credit:
            CreditRoutes(
                envelope: envelope, flow: flow, users: users, sessions: sessions, tokens: tokens, profiles: profiles
            ).router()
        case .checkLogin: CheckLoginRoute(sessions: sessions, tokens: tokens).router()
        case .jwt: JWTRoutes(envelope: envelope, flow: flow, sessions: sessions, tokens: tokens).router()
        }
    }
}

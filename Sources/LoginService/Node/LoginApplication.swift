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
        let app = Application(logger: logger)
        app.settings.trustedProxies = trustedProxies
        app.shapeErrors { error, ctx in envelope.shape(error, ctx) }
        app.onError(Self.log)
        if let metrics { app.use(requestMetrics(metrics)) }
        app.use(RequestID())
        // A layer that would never log is a layer for nothing.
        if logger.logLevel <= .debug {
            app.use(AccessLog(.init(statusOfError: { envelope.httpStatus(of: Failure($0)) })))
        }
        let router = Router()
        let userRoutes = UserRoutes(
            flow: flow, users: users, sessions: sessions, events: events, tokens: tokens, tokenStyle: tokenStyle,
            acceptsSelfAssertedPhone: acceptsSelfAssertedPhone, stepUp: stepUp)
        router.use(userRoutes.router())
        router.use(HealthRoutes(sessions: sessions, users: users, readiness: readiness).router())
        if let push { router.use(push.router()) }
        for group in seedRoutes { router.use(self.router(of: group)) }
        if servesDocs { router.use(DocsRoutes(envelope: envelope, describing: router).router()) }
        app.use(router.routes())
        // Inside the routes, where only what none of them answers arrives.
        app.use { ctx, next in
            try await next()
            if ctx.response.isUnanswered { throw HTTPError(404, "no such path") }
        }
        app.use(router.allowedMethods(throwing: true))
        return app
    }

    private func requestMetrics(_ factory: any MetricsFactory) -> RequestMetrics {
        var options = RequestMetrics.Options()
        options.factory = factory
        options.statusOfError = { envelope.httpStatus(of: Failure($0)) }
        return RequestMetrics(options)
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

    /// A fault of ours or of a neighbour's is for the operator; what a client did wrong is not.
    static func log(_ error: any Error, _ context: Context) {
        let failure = Failure(error)
        let cause = failure.underlying.map { "\($0)" } ?? failure.message
        let metadata: Logger.Metadata = [
            "code": "\(failure.code.rawValue)", "reason": "\(failure.reason)", "cause": "\(cause)",
            "route": "\(context.routeLabel)",
        ]
        switch failure.code {
        case .internalFault: context.logger.error("request failed", metadata: metadata)
        case .weChatUnavailable, .sessionStoreUnavailable, .userStoreUnavailable, .weChatQuota, .overloaded:
            context.logger.warning("request failed", metadata: metadata)
        default: context.logger.debug("request refused", metadata: metadata)
        }
    }
}

public import Logging

/// A chain of middleware and the settings it is served with.
///
/// Koa's `app`.
///
/// Built on one task, then served: ``listen(host:port:on:onListening:)`` and the other ways to serve freeze what is
/// registered, and registering more afterwards traps, since no request would ever see it.
///
/// ```swift
/// let app = Application()
/// app.use { ctx, next in
///     ctx.body = .text("Hello")
/// }
/// try await app.listen(port: 3000)
/// ```
public final class Application {
    private var middleware: [any Middleware] = []
    private var shapeError = Responder.shapeAsText
    private var observers: [ErrorObserver] = []
    private var abortObservers: [AbortObserver] = []
    private var isServing = false
    /// Logs what the framework has to say.
    ///
    /// Default: label `koakit`.
    public var logger: Logger
    /// The limits of a connection.
    public var limits = HTTPLimits()
    /// What requests find in ``Context/app``.
    public var settings: Settings

    /// Creates an application without middleware: it answers 404.
    ///
    /// - Parameters:
    ///   - settings: Default: the default of each.
    ///   - logger: Default: label `koakit`.
    public init(settings: Settings = Settings(), logger: Logger = Logger(label: "koakit")) {
        self.settings = settings
        self.logger = logger
    }

    /// Adds a middleware inside those added before.
    ///
    /// - Returns: The application, for chaining.
    @discardableResult
    public func use(_ middleware: any Middleware) -> Application {
        requireUnfrozen()
        self.middleware.append(middleware)
        return self
    }

    /// Adds a middleware written as a closure.
    ///
    /// - Returns: The application, for chaining.
    @discardableResult
    public func use(_ handler: @escaping Handler) -> Application {
        use(ClosureMiddleware(handler: handler))
    }

    /// Replaces the reply that errors become.
    ///
    /// Default: Koa's text/plain, ``ErrorShaping/text``; ``ErrorShaping`` makes others.
    public func shapeErrors(with shaper: @escaping ErrorShaper) {
        requireUnfrozen()
        shapeError = shaper
    }

    /// Adds an observer of the errors that reach the top, in place of the built-in log line.
    ///
    /// Koa's `error` event. The built-in line is logged at level error for what is neither exposed nor a 404.
    public func onError(_ observer: @escaping ErrorObserver) {
        requireUnfrozen()
        observers.append(observer)
    }

    /// Adds an observer of the requests whose client left, or whose time was up, before they were handled.
    ///
    /// Their task is cancelled, so they usually end by an error: it is no error of the application, and its error
    /// observers do not hear of it. The status is 499 then, unless the head of the reply has left. For metrics.
    public func onAbort(_ observer: @escaping AbortObserver) {
        requireUnfrozen()
        abortObservers.append(observer)
    }

    /// The application as it is now, frozen.
    func makeResponder() -> Responder {
        isServing = true
        return Responder(
            middleware: Composition(layers: middleware),
            application: FrozenApplication(
                settings: settings,
                logger: logger,
                shapeError: shapeError,
                observers: observers.isEmpty ? [Responder.logFault] : observers,
                abortObservers: abortObservers
            )
        )
    }

    private func requireUnfrozen() {
        precondition(!isServing, "the application serves already: register middleware and observers before")
    }
}

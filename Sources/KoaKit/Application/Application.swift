public import Logging

/// A chain of middleware and the settings it is served with.
///
/// Koa's `app`.
///
/// Built on one task, then served: ``listen(host:port:)`` and the other ways to serve freeze what is registered.
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
    /// Default: Koa's text/plain.
    public func shapeErrors(with shaper: @escaping ErrorShaper) {
        shapeError = shaper
    }

    /// Adds an observer of the errors that reach the top, in place of the built-in log line.
    public func onError(_ observer: @escaping ErrorObserver) {
        observers.append(observer)
    }

    /// The application as it is now, frozen.
    func makeResponder() -> Responder {
        Responder(
            middleware: Composition(layers: middleware),
            application: FrozenApplication(
                settings: settings,
                logger: logger,
                shapeError: shapeError,
                observers: observers.isEmpty ? [Responder.logFault] : observers
            )
        )
    }
}

public import Logging

/// One request and its response, as every middleware of the chain sees them.
///
/// Koa's `ctx`.
///
/// A context belongs to one request and is not `Sendable`: the compiler proves that no other request sees it. Members
/// of the request and the response that Koa delegates are here too (``body``, ``status``, ``path``, ``get(_:)``, …).
public final class Context {
    /// What the client sent.
    public let request: Request
    /// What the client will get.
    public let response: Response
    /// Values that middleware pass downstream, by typed key.
    public var state = State()
    /// What routers found out about this request.
    var routing = Routing()
    /// An identifier of this request for logs, set by a request-id middleware.
    public var requestID: String?
    /// The cookies of the request and those the response sets.
    ///
    /// May be replaced by cookies with keys of their own.
    public lazy var cookies = Cookies(of: self, keys: application.settings.keys)
    let application: FrozenApplication

    init(request: Request, _ application: FrozenApplication) {
        self.request = request
        self.application = application
        response = Response()
    }

    /// The settings of the application, as they were when it began to serve.
    public var app: Application.Settings { application.settings }

    /// The application's logger, without this request's id.
    var baseLogger: Logger { application.logger }

    /// The application's logger, with this request's id as metadata when it has one.
    public var logger: Logger {
        guard let requestID else { return baseLogger }
        var logger = baseLogger
        logger[metadataKey: "request.id"] = "\(requestID)"
        return logger
    }
}

public import Logging
public import NIOHTTP1

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
    /// The pattern of the route that matched, prefixes included, such as `/user/:id`; nil when none did.
    ///
    /// Set before the route's middleware run.
    public internal(set) var matchedRoute: String?
    /// The parameters of the matched route, percent-decoded.
    public internal(set) var params = RouteParameters()
    /// What routers found for this path when no method matched, for ``Router/allowedMethods()``.
    var routing = RoutingOutcome()
    /// An identifier of this request for logs, set by a request-id middleware.
    public var requestID: String?
    private let baseLogger: Logger

    init(request: Request, response: Response, logger: Logger) {
        self.request = request
        self.response = response
        self.baseLogger = logger
    }

    /// The application's logger, with this request's id as metadata when it has one.
    public var logger: Logger {
        guard let requestID else { return baseLogger }
        var logger = baseLogger
        logger[metadataKey: "request.id"] = "\(requestID)"
        return logger
    }

    /// The method of the request.
    public var method: HTTPMethod { request.method }
    /// The path of the request target, as received.
    public var path: String { request.path }

    /// The status of the response; 404 until a body or a status is set.
    public var status: Int {
        get { response.status }
        set { response.status = newValue }
    }

    /// The body of the response.
    public var body: Body {
        get { response.body }
        set { response.body = newValue }
    }

    /// The value of a request header field, the empty string when it is absent.
    public func get(_ field: String) -> String { request.get(field) }

    /// Sets a response header field; see ``Response/set(_:_:survivesError:)``.
    public func set(_ field: String, _ value: String, survivesError: Bool = false) {
        response.set(field, value, survivesError: survivesError)
    }
}

import NIOCore
public import NIOHTTP1

/// What the client sent.
public final class Request {
    /// The method.
    public let method: HTTPMethod
    /// The request target as received, query included; what middleware do to ``url`` leaves it alone.
    public let originalURL: String
    /// The header fields.
    public let headers: HTTPHeaders
    /// The path that routers look at, not percent-decoded.
    ///
    /// As received, without the query, and without scheme and authority when the target is a whole URL. A middleware may
    /// set another for what is downstream.
    public var path: String
    /// The query without its question mark; empty when there is none.
    public var querystring: String {
        didSet { remembered?.query = nil }
    }
    /// The connection that the request came on.
    public let connection: ConnectionInfo
    /// The parameters of the matched route; empty when none matched.
    public internal(set) var params = RouteParameters()
    let content: RequestContent
    let application: FrozenApplication
    private var remembered: Remembered?

    /// What few requests need, made when it is.
    private final class Remembered {
        var query: Query?
        var ip: String?
        var inflated: ByteBuffer?
    }

    init(
        _ head: HTTPRequestHead, content: RequestContent, connection: ConnectionInfo, _ application: FrozenApplication
    ) {
        method = head.method
        originalURL = head.uri
        headers = head.headers
        self.content = content
        self.connection = connection
        self.application = application
        (path, querystring) = RequestTarget.pathAndQuery(of: head.uri)
    }

    /// The value of a header field, its first line's when it has several, the empty string when it is absent.
    ///
    /// `Referer` and `Referrer` are one.
    public func get(_ field: String) -> String {
        if let value = headers.first(name: field) { return value }
        if field.isField("referrer") { return headers.first(name: "referer") ?? "" }
        if field.isField("referer") { return headers.first(name: "referrer") ?? "" }
        return ""
    }

    /// The parameters of the query, decoded; setting them rewrites ``querystring``.
    public var query: Query {
        get {
            guard !querystring.isEmpty else { return Query() }
            if let query = remembered?.query { return query }
            let query = Query(parsing: querystring)
            remember { $0.query = query }
            return query
        }
        set { querystring = newValue.text }
    }

    /// The address of the client, an IP address without port; the empty string when it has none, as on a unix socket.
    ///
    /// The peer of the connection, unless ``Application/Settings/trustedProxies`` says that this is a proxy: then what
    /// the proxy wrote. A middleware that knows better may set it.
    public var ip: String {
        get {
            if let ip = remembered?.ip { return ip }
            let ip = forwardedAddresses.first ?? connection.remoteAddress ?? ""
            if isForwarded { remember { $0.ip = ip } }
            return ip
        }
        set { remember { $0.ip = newValue } }
    }

    /// The body with its coding undone, once it was read.
    var inflated: ByteBuffer? {
        get { remembered?.inflated }
        set { remember { $0.inflated = newValue } }
    }

    private func remember(_ change: (Remembered) -> Void) {
        let remembered = remembered ?? Remembered()
        change(remembered)
        self.remembered = remembered
    }
}

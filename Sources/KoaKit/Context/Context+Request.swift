public import NIOHTTP1

/// The members of the request that Koa delegates to its context.
extension Context {
    /// The method of the request.
    public var method: HTTPMethod { request.method }
    /// The request target as received; see ``Request/originalURL``.
    public var originalURL: String { request.originalURL }

    /// The path that routers look at; see ``Request/path``.
    public var path: String {
        get { request.path }
        set { request.path = newValue }
    }

    /// The target for what is downstream; see ``Request/url``.
    public var url: String {
        get { request.url }
        set { request.url = newValue }
    }

    /// The query without its question mark; see ``Request/querystring``.
    public var querystring: String {
        get { request.querystring }
        set { request.querystring = newValue }
    }

    /// The query with its question mark; see ``Request/search``.
    public var search: String {
        get { request.search }
        set { request.search = newValue }
    }

    /// The parameters of the query; see ``Request/query``.
    public var query: Query {
        get { request.query }
        set { request.query = newValue }
    }

    /// The address of the client; see ``Request/ip``.
    public var ip: String {
        get { request.ip }
        set { request.ip = newValue }
    }

    /// The addresses of the client and its proxies; see ``Request/ips``.
    public var ips: [String] { request.ips }
    /// The host, with its port; see ``Request/host``.
    public var host: String { request.host }
    /// The host without its port; see ``Request/hostname``.
    public var hostname: String { request.hostname }
    /// The labels before the domain; see ``Request/subdomains``.
    public var subdomains: [String] { request.subdomains }
    /// `https` or `http`; see ``Request/scheme``.
    public var scheme: String { request.scheme }
    /// Whether the client came over TLS; see ``Request/isSecure``.
    public var isSecure: Bool { request.isSecure }
    /// The `Origin` field; see ``Request/origin``.
    public var origin: String? { request.origin }
    /// The whole URL that was asked for; see ``Request/href``.
    public var href: String { request.href }
    /// Whether doing it twice is doing it once; see ``Request/isIdempotent``.
    public var isIdempotent: Bool { request.isIdempotent }

    /// The value of a request header field, the empty string when it is absent.
    public func get(_ field: String) -> String { request.get(field) }

    /// The first of several types that the request's body is of; see ``Request/matches(_:)-(String...)``.
    public func matches(_ types: String...) -> String? { request.matches(types) }
}

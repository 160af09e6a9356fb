public import NIOPosix

/// How an application is served: where, over what, and how much of it at once.
///
/// ```swift
/// var options = ServerOptions(.host("0.0.0.0", port: 3000))
/// options.maximumConnections = 10_000
/// try await app.listen(options)
/// ```
public struct ServerOptions: Sendable {
    /// Where to listen.
    public var address: ListenAddress
    /// How many connections the operating system holds until they are accepted.
    ///
    /// Default: 1024, which the system may lower (`net.core.somaxconn`).
    public var backlog = 1024
    /// Whether other processes may listen on the same port and share its connections (`SO_REUSEPORT`).
    ///
    /// Off, so that a port in use is an error. Means nothing to a unix socket.
    public var reusesPort = false
    /// The certificate and what else TLS needs; nil for plain HTTP.
    ///
    /// Default: nil.
    public var tls: TLSOptions?
    /// Whether HTTP/2 is offered to clients over TLS (ALPN), beside HTTP/1.1.
    ///
    /// Default: true. Without TLS, HTTP/1.1 is served.
    public var isHTTP2Enabled = true
    /// How many connections are served at once.
    ///
    /// One more is told 503 with `Retry-After` when its request begins to arrive, and closed; over TLS, and from the
    /// 257th that waits so, it is closed at once. Default: nil, as many as the process may have open files.
    public var maximumConnections: Int?
    /// How many requests are handled at once, on all connections together.
    ///
    /// One more is told 503 with `Retry-After` before any middleware runs; its connection stays. A request counts until
    /// its handler has returned, even when a deadline has answered for it. Default: nil, no cap.
    public var maximumRequestsInFlight: Int?
    /// What `Retry-After` says to who was refused, in whole seconds.
    ///
    /// Default: 1 s.
    public var retryAfter: Duration = .seconds(1)
    /// Where connections are served; belongs to the caller.
    ///
    /// Default: nil, a group of the server's own with a loop per core.
    public var eventLoopGroup: MultiThreadedEventLoopGroup?

    /// Creates options with the defaults.
    ///
    /// - Parameter address: Where to listen.
    public init(_ address: ListenAddress) {
        self.address = address
    }
}

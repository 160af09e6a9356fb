/// What a connection may ask of the server, in bytes and in time.
///
/// The defaults suit a service on the open internet. A request that only sends and a reply that is only read have
/// deadlines of their own, so that a long upload or download need not loosen the others.
public struct HTTPLimits: Sendable {
    /// The request line and the header fields together, in bytes.
    ///
    /// Default: 16 KiB. Past it: 431.
    public var headerBlock = 16_384
    /// Header fields in a request.
    ///
    /// Default: 100. Past it: 431.
    public var headerCount = 100
    /// The request target, in bytes.
    ///
    /// Default: 8 KiB. Past it: 414.
    public var target = 8_192
    /// How much of a body that no handler read is read and thrown away to keep the connection.
    ///
    /// Default: 64 KiB.
    public var discardedBody = 65_536
    /// From a request's first byte to the end of its head.
    ///
    /// Default: 10 s. Past it: 408.
    public var header: Duration = .seconds(10)
    /// From a request's first byte to the end of its body, if a handler reads it.
    ///
    /// Default: 10 s. Past it: 408.
    public var body: Duration = .seconds(10)
    /// From a request's last byte, or the end of its head if nobody reads the body, to the end of the middleware.
    ///
    /// A streamed reply may take longer. Default: 10 s. Past it: 503.
    public var handler: Duration = .seconds(10)
    /// How long a connection may be idle between requests.
    ///
    /// Default: 60 s.
    public var idle: Duration = .seconds(60)
    /// How long a client may take none of the bytes that wait for it.
    ///
    /// Default: 30 s. Past it the connection is cut.
    public var write: Duration = .seconds(30)
    /// How long a closing connection waits for the client to close its side once it has been sent everything.
    ///
    /// Default: 2 s.
    public var linger: Duration = .seconds(2)
    /// How long requests in flight may take after the server was told to stop.
    ///
    /// Default: 10 s.
    public var shutdown: Duration = .seconds(10)

    /// A request in all, from its first byte to the end of the middleware: the longest of ``header``, ``body`` and
    /// ``handler``.
    ///
    /// Default: 10 s. Past it: 408 while reading, 503 while working. Setting it sets all three.
    public var request: Duration {
        get { max(header, body, handler) }
        set { (header, body, handler) = (newValue, newValue, newValue) }
    }

    /// Creates the default limits.
    public init() {}
}

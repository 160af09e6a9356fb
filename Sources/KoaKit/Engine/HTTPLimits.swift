/// What a connection may ask of the server, in bytes and in time.
///
/// The defaults suit a service on the open internet.
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
    /// From a request's first byte to its reply.
    ///
    /// Default: 10 s. Past it: 408 while reading, 503 while working.
    public var request: Duration = .seconds(10)
    /// How long a connection may be idle between requests.
    ///
    /// Default: 60 s.
    public var idle: Duration = .seconds(60)
    /// How long a closing connection waits for the client to read the reply and close its side.
    ///
    /// Default: 2 s.
    public var linger: Duration = .seconds(2)
    /// How long requests in flight may take after the server was told to stop.
    ///
    /// Default: 10 s.
    public var shutdown: Duration = .seconds(10)

    /// Creates the default limits.
    public init() {}
}

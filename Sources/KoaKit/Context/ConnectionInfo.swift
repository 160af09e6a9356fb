public import NIOHTTP1

/// The connection that a request came on, as the server sees it.
///
/// Made once per connection and shared by its requests; on HTTP/2, once per request.
public final class ConnectionInfo: Sendable {
    /// The address of the peer, an IP address without its port; nil on a unix socket.
    ///
    /// Behind a proxy this is the proxy: ``Request/ip`` is the client's.
    public let remoteAddress: String?
    /// Whether the connection itself is encrypted.
    public let isSecure: Bool
    /// The version of HTTP that is spoken on it.
    public let version: HTTPVersion
    /// What sends the replies; nil where there is none, as in process.
    let replies: ReplyChannel?

    /// Creates the description of a connection.
    ///
    /// - Parameters:
    ///   - remoteAddress: An IP address without port; nil when there is none.
    ///   - isSecure: Whether it is TLS. Default: false.
    ///   - version: Default: HTTP/1.1.
    public convenience init(remoteAddress: String?, isSecure: Bool = false, version: HTTPVersion = .http1_1) {
        self.init(remoteAddress: remoteAddress, isSecure: isSecure, version: version, replies: nil)
    }

    init(remoteAddress: String?, isSecure: Bool, version: HTTPVersion, replies: ReplyChannel?) {
        self.remoteAddress = remoteAddress
        self.isSecure = isSecure
        self.version = version
        self.replies = replies
    }

    /// The same connection, with what sends the reply to one of its requests.
    func with(_ replies: ReplyChannel) -> ConnectionInfo {
        ConnectionInfo(remoteAddress: remoteAddress, isSecure: isSecure, version: version, replies: replies)
    }
}

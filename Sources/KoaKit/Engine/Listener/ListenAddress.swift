/// Where a server listens.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    enum Kind: Hashable, Sendable {
        case host(String, port: Int)
        case unixSocket(path: String, permissions: UInt32)
    }

    let kind: Kind

    /// A TCP port.
    ///
    /// - Parameters:
    ///   - host: An address or a name of this machine; `0.0.0.0` and `::` are all of them. Default: `127.0.0.1`.
    ///   - port: 0 for any free one; ``Server/port`` says which.
    /// - Returns: The address.
    public static func host(_ host: String = "127.0.0.1", port: Int) -> ListenAddress {
        ListenAddress(kind: .host(host, port: port))
    }

    /// A unix domain socket.
    ///
    /// A socket file that a dead process left is replaced; one that somebody listens on is an error. The file goes when
    /// the server stops.
    ///
    /// - Parameters:
    ///   - path: Of the socket file, at most 107 bytes.
    ///   - permissions: Who may connect, as of chmod; the file never has more, not even for a moment. Default: 0660,
    ///     owner and group.
    /// - Returns: The address.
    public static func unixSocket(_ path: String, permissions: UInt32 = 0o660) -> ListenAddress {
        ListenAddress(kind: .unixSocket(path: path, permissions: permissions))
    }

    /// `host:port`, an IPv6 address in brackets, or `unix:` and the path.
    public var description: String {
        switch kind {
        case .host(let host, let port): "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .unixSocket(let path, _): "unix:\(path)"
        }
    }
}

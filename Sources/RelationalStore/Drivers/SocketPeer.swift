#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The other end of a connection's socket.
enum SocketPeer {
    /// POLLRDHUP, which the system's module shows only to those who ask for GNU's extensions.
    private static let hasClosed: Int16 = 0x2000

    /// Whether the other end has closed the connection, as far as this machine knows; it does not wait.
    ///
    /// Unread bytes do not matter: after a TLS handshake there may be some. What is sent on such a connection is not
    /// executed, so asking first tells a statement that can be repeated from one in doubt.
    static func isGone(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: hasClosed, revents: 0)
        return poll(&entry, 1, 0) != 0
    }
}

/// Rules for addresses that a cluster tells its clients.
///
/// They come from a peer, so they are checked before anything is connected to.
enum ClusterEndpoint {
    /// A port a client can connect to.
    static func port(_ number: Int?) -> Int? {
        number.flatMap { (1...65_535).contains($0) ? $0 : nil }
    }

    /// Whether a text can be a host name or an address; `?` is what a node says that does not know its own name.
    static func isHost(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= 255 && text != "?"
            && text.utf8.allSatisfy { $0 > UInt8(ascii: " ") && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    }

    /// The address of a node; without a host, the host of the node that named it.
    static func endpoint(
        host: String?, port: Int, relativeTo asked: RedisConfiguration.Endpoint
    ) -> RedisConfiguration.Endpoint {
        if let host { return .tcp(host: host, port: port) }
        guard case .tcp(let host, _) = asked else { return asked }
        return .tcp(host: host, port: port)
    }
}

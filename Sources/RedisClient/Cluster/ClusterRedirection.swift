/// Where a node of a cluster sends a client instead of serving it.
///
/// Read from the text of `MOVED 3999 127.0.0.1:6381` and `ASK …`, the only error texts that are kept: they hold
/// no argument of the command. Either says that the command did not run.
final class ClusterRedirection: Sendable {
    let slot: HashSlot
    /// The node's address; `nil` means the host that was asked, at ``port``.
    let host: String?
    let port: Int

    init(slot: HashSlot, host: String?, port: Int) {
        self.slot = slot
        self.host = host
        self.port = port
    }

    /// Reads what follows the first word of the error: the slot, and the node as `host:port`.
    ///
    /// The host may be empty, a name, an IPv4 address, or an IPv6 address without brackets.
    convenience init?(replyText: some Collection<UInt8>) {
        let words = String(decoding: replyText, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, let slot = Int(words[1]).flatMap(HashSlot.init(number:)),
            let colon = words[2].lastIndex(of: ":"),
            let port = ClusterEndpoint.port(Int(words[2][words[2].index(after: colon)...]))
        else { return nil }
        let host = words[2][..<colon]
        guard host.isEmpty || ClusterEndpoint.isHost(host) else { return nil }
        self.init(slot: slot, host: host.isEmpty ? nil : String(host), port: port)
    }

    /// The node, for a client that got this from `asked`.
    func endpoint(relativeTo asked: RedisConfiguration.Endpoint) -> RedisConfiguration.Endpoint {
        ClusterEndpoint.endpoint(host: host, port: port, relativeTo: asked)
    }
}

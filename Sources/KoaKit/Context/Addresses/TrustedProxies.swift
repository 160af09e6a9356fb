/// The proxies whose `X-Forwarded-…` fields are believed.
///
/// What a proxy appends is believed, what was there before it is not, so a client cannot forge its own address: of a
/// list, the first element is the client's word, and only the last ones are those of proxies.
public struct TrustedProxies: Sendable {
    private enum Rule: Sendable {
        case none
        case hops(Int)
        case ranges([IPRange])
    }

    private let rule: Rule

    /// None: forwarded fields are ignored.
    public static let none = Self(rule: .none)

    /// So many proxies stand between every client and this server, whatever their addresses.
    ///
    /// For servers that nobody can reach but through them: who could would forge the fields.
    public static func hops(_ count: Int) -> Self {
        precondition(count > 0, "there is at least one proxy")
        return Self(rule: .hops(count))
    }

    /// The proxies of these addresses; a peer on a unix socket is one of them.
    public static func addresses(_ ranges: [IPRange]) -> Self { Self(rule: .ranges(ranges)) }

    /// The proxies on this machine and in private networks (RFC 1918, RFC 4193, link-local).
    public static let privateNetworks = addresses(
        [
            "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1", "fc00::/7",
            "fe80::/10",
        ].compactMap(IPRange.init)
    )

    /// Whether the peer of a connection is a trusted proxy.
    func contains(peer: String?) -> Bool {
        switch rule {
        case .none: false
        case .hops: true
        case .ranges(let ranges): peer.map { Self.contains($0[...], in: ranges) } ?? true
        }
    }

    /// How many elements at the end of a list of forwarded addresses trusted proxies wrote, of a peer that is one.
    func believedCount(of forwarded: [Substring]) -> Int {
        switch rule {
        case .none: return 0
        case .hops(let count): return min(count, forwarded.count)
        case .ranges(let ranges):
            // Whoever is trusted tells the truth of the one before; the first who is not is the client.
            let trusted = forwarded.reversed().prefix { Self.contains($0, in: ranges) }.count
            return min(trusted + 1, forwarded.count)
        }
    }

    /// How many proxies stand in the way of a request with these forwarded addresses, the peer being one.
    func depth(of forwarded: [Substring]) -> Int {
        switch rule {
        case .none: 0
        case .hops(let count): count
        case .ranges: max(1, believedCount(of: forwarded))
        }
    }

    private static func contains(_ text: Substring, in ranges: [IPRange]) -> Bool {
        guard let address = IPAddress(withPort: text) else { return false }
        return ranges.contains { $0.contains(address) }
    }
}

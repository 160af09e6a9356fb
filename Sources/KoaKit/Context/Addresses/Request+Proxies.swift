import NIOHTTP1

/// What proxies say of the client, as far as they are trusted.
extension Request {
    /// The addresses of the client and of the proxies behind the first, as trusted proxies wrote them: the client's
    /// first.
    ///
    /// Empty unless the peer is trusted by ``Application/Settings/trustedProxies``.
    public var ips: [String] { forwardedAddresses }

    var forwardedAddresses: [String] {
        guard isForwarded else { return [] }
        let list = forwardedList
        return list.suffix(proxies.believedCount(of: list)).map { IPAddress(withPort: $0)?.text ?? String($0) }
    }

    /// Whether the peer is a proxy whose fields are believed.
    var isForwarded: Bool { proxies.contains(peer: connection.remoteAddress) }

    /// What the outermost trusted proxy wrote in a field that each may append to; nil when it is absent.
    ///
    /// Most proxies replace the field: it has one element then.
    func forwarded(_ field: String) -> Substring? {
        guard isForwarded else { return nil }
        let elements = elements(of: field)
        return elements.suffix(proxies.depth(of: forwardedList)).first
    }

    private var proxies: TrustedProxies { application.settings.trustedProxies }

    private var forwardedList: [Substring] { elements(of: application.settings.clientAddressField) }

    private func elements(of field: String) -> [Substring] {
        headers[field].flatMap { FieldList.elements(of: $0) }
    }
}

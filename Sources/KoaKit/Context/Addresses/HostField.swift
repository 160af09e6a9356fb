/// Takes the value of a `Host` field apart (RFC 9110, section 7.2).
struct HostField {
    /// The host and its port, as they were sent.
    let host: String
    /// The host without its port, in lower case; an IPv6 address in brackets and in its shortest form.
    let hostname: String
    /// Whether the host is an IP address.
    let isAddress: Bool

    /// What stands before an `@` is dropped: it is no part of a host, and a URL that is made with it would lead elsewhere.
    ///
    /// Nil for what is no host.
    init?(_ value: some StringProtocol) {
        let text = Substring(value)
        let host = text.utf8.lastIndex(of: UInt8(ascii: "@")).map { text[text.utf8.index(after: $0)...] } ?? text
        self.host = String(host)
        if host.utf8.first == UInt8(ascii: "[") {
            guard let end = host.utf8.firstIndex(of: UInt8(ascii: "]")), Self.isPort(host[end...].dropFirst()),
                let address = IPAddress(host[..<end].dropFirst())
            else { return nil }
            hostname = address.bytes.count == 16 ? "[\(address.text)]" : "[::ffff:\(address.text)]"
            isAddress = true
        } else {
            let name = host.prefix { $0 != ":" }
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte), Self.isPort(host[name.endIndex...]) else {
                return nil
            }
            hostname = name.lowercased()
            isAddress = IPAddress(name) != nil
        }
    }

    /// Whether this is nothing, or a colon and a port.
    private static func isPort(_ text: Substring) -> Bool {
        guard let colon = text.first else { return true }
        return colon == ":" && (text.utf8.count == 1 || UInt16(text.dropFirst()) != nil)
    }

    /// What a registered name consists of (RFC 3986, section 3.2.2).
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="): true
        case UInt8(ascii: "#"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"): false
        default: isTokenByte(byte)
        }
    }
}

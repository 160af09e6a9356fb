/// Ranges and the addresses of clients, as texts.
extension IPRange {
    /// What one client holds: its IPv4 address, or the /64 of its IPv6 address, in which it may choose any.
    ///
    /// Nil for anything that is no address.
    public static func clientNetwork(of address: String) -> String? {
        guard let address = IPAddress(address) else { return nil }
        guard address.bytes.count == 16 else { return address.text }
        return IPAddress(bytes: address.bytes[..<8] + [UInt8](repeating: 0, count: 8)).text + "/64"
    }
}

extension Collection<IPRange> {
    /// Whether an address in its usual form, such as that of ``Context/ip``, is in one of the ranges.
    ///
    /// False for anything that is no address.
    public func contains(address: String) -> Bool {
        guard let address = IPAddress(address) else { return false }
        return contains { $0.contains(address) }
    }
}

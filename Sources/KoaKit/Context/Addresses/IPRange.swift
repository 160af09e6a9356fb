/// A range of IP addresses: those that begin with the same bits.
public struct IPRange: Hashable, Sendable {
    private let address: IPAddress
    private let prefixLength: Int

    /// Reads a range as CIDR writes it, such as `10.0.0.0/8` or `2001:db8::/32`, or a single address.
    ///
    /// Returns nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        self.address = address
        guard parts.count == 2 else {
            prefixLength = address.bytes.count * 8
            return
        }
        // A mapped address has become an IPv4 one: its length counts the bits before it too.
        let isMapped = address.bytes.count == 4 && parts[0].contains(":")
        guard let length = Int(parts[1]).map({ isMapped ? $0 - 96 : $0 }),
            (0...address.bytes.count * 8).contains(length)
        else { return nil }
        prefixLength = length
    }

    /// Whether an address is in the range.
    func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let whole = prefixLength / 8
        guard other.bytes[..<whole] == address.bytes[..<whole] else { return false }
        let rest = prefixLength % 8
        return rest == 0 || (other.bytes[whole] ^ address.bytes[whole]) >> UInt8(8 - rest) == 0
    }
}

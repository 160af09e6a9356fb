/// The part of a cluster's keys a key belongs to: CRC16 of the key, or of its hash tag, modulo 16,384.
///
/// - SeeAlso: Redis cluster specification, key distribution model and hash tags.
struct HashSlot: Hashable, Sendable {
    /// How many there are in every cluster.
    static let count = 16_384

    /// 0 up to ``count``, exclusive.
    let number: UInt16

    /// Makes a slot of its number; `nil` when there is no such slot.
    init?(number: Int) {
        guard (0..<Self.count).contains(number) else { return nil }
        self.number = UInt16(number)
    }

    /// Computes the slot of a key's bytes.
    init(of key: UnsafeBufferPointer<UInt8>) {
        number = CRC16.checksum(of: Self.hashedPart(of: key)) % UInt16(Self.count)
    }

    /// Computes the slot of a key that is sent as UTF-8.
    init(of key: String) {
        var key = key
        self = key.withUTF8 { Self(of: $0) }
    }

    /// What stands between the first `{` and the first `}` after it, unless that is nothing; else the whole key.
    private static func hashedPart(of key: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let open = key.firstIndex(of: UInt8(ascii: "{")) else { return key }
        let rest = key[(open + 1)...]
        guard let close = rest.firstIndex(of: UInt8(ascii: "}")), close > rest.startIndex else { return key }
        return UnsafeBufferPointer(rebasing: rest[..<close])
    }
}

/// The padding at the end of a decrypted text (RFC 5652, section 6.3): so many bytes, each with their number.
struct BlockPadding {
    /// How many bytes of padding there are; 0 if they are not valid.
    let count: Int
    let isValid: Bool

    /// Looks at the end of some bytes, in a time that does not depend on what is there.
    ///
    /// - Parameters:
    ///   - bytes: At least as many as `blockSize`.
    ///   - blockSize: The largest number of bytes of padding, up to 255.
    init(of bytes: some BidirectionalCollection<UInt8>, blockSize: Int) {
        let tail = Array(bytes.suffix(blockSize))
        let length = Int(tail.last ?? 0)
        var difference = tail.count == blockSize && (1...blockSize).contains(length) ? UInt8(0) : 1
        for (position, byte) in tail.reversed().enumerated() {
            difference |= position < length ? byte ^ UInt8(truncatingIfNeeded: length) : 0
        }
        isValid = difference == 0
        count = isValid ? length : 0
    }
}

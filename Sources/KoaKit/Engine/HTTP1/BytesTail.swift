import NIOCore

/// The end of some bytes, as much of it as is worth comparing.
struct BytesTail {
    /// The last bytes, the very last one lowest.
    private var bytes: UInt32 = 0
    /// How many of them count, up to 4.
    private var count = 0

    init() {}

    init(_ buffer: ByteBuffer) {
        if buffer.readableBytes >= 4, let last = buffer.getInteger(at: buffer.writerIndex - 4, as: UInt32.self) {
            (bytes, count) = (last, 4)
        } else {
            for byte in buffer.readableBytesView { bytes = bytes << 8 | UInt32(byte) }
            count = buffer.readableBytes
        }
    }

    /// Whether they end with an empty line, as a head does, and a chunked body.
    var isEmptyLine: Bool { bytes == 0x0D0A_0D0A }

    /// Whether these are the last bytes of `other`; nothing is not.
    func ends(_ other: BytesTail) -> Bool {
        guard count > 0, count <= other.count else { return false }
        let mask = count == 4 ? UInt32.max : (1 << UInt32(count * 8)) - 1
        return bytes & mask == other.bytes & mask
    }
}

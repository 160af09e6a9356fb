/// The checksum of cluster keys: CRC-16/XMODEM, polynomial 0x1021, initial value 0, neither reflected nor inverted.
enum CRC16 {
    private static let table: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte) << 8) { remainder, _ in
            remainder & 0x8000 == 0 ? remainder << 1 : remainder << 1 ^ 0x1021
        }
    }

    static func checksum(of bytes: UnsafeBufferPointer<UInt8>) -> UInt16 {
        table.withUnsafeBufferPointer { table in
            bytes.reduce(0) { checksum, byte in
                checksum << 8 ^ table[Int(UInt8(truncatingIfNeeded: checksum >> 8) ^ byte)]
            }
        }
    }
}

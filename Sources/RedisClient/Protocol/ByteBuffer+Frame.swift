import NIOCore

/// The parts of a frame, each in one write: a reservation, and copies into it.
extension ByteBuffer {
    /// Writes the beginning of an array of so many words, such as `*3\r\n`.
    mutating func writeArrayHead(_ count: Int) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: Decimal.maximumLength + 3) {
            $0.storeHead(UInt8(ascii: "*"), count)
        }
    }

    /// Writes bytes as a bulk string, such as `$3\r\nGET\r\n`.
    mutating func writeBulkString(_ bytes: UnsafeRawBufferPointer) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: bytes.count + Decimal.maximumLength + 5) { room in
            let start = room.storeHead(UInt8(ascii: "$"), bytes.count)
            UnsafeMutableRawBufferPointer(rebasing: room[start...]).copyMemory(from: bytes)
            return room.storeLineEnd(at: start + bytes.count)
        }
    }

    /// Writes the decimal digits of a number as a bulk string, such as `$2\r\n42\r\n`.
    mutating func writeBulkString(of number: Int) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: 2 * Decimal.maximumLength + 5) { room in
            let start = room.storeHead(UInt8(ascii: "$"), Decimal.length(of: number))
            let digits = Decimal.write(number, to: UnsafeMutableRawBufferPointer(rebasing: room[start...]))
            return room.storeLineEnd(at: start + digits)
        }
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Stores a marker, a count and a line end, such as `$3\r\n`; returns where they end.
    func storeHead(_ marker: UInt8, _ count: Int) -> Int {
        self[0] = marker
        let digits = Decimal.write(count, to: UnsafeMutableRawBufferPointer(rebasing: self[1...]))
        return storeLineEnd(at: 1 + digits)
    }

    /// Stores a line end; returns where it ends.
    func storeLineEnd(at offset: Int) -> Int {
        self[offset] = UInt8(ascii: "\r")
        self[offset + 1] = UInt8(ascii: "\n")
        return offset + 2
    }
}

import Glibc
import NIOCore

extension ByteBuffer {
    /// Looks for `pattern`.
    ///
    /// Linear for a delimiter, whose first byte is not in it again: no attempt goes beyond where the next one starts.
    ///
    /// - Parameters:
    ///   - pattern: At least one byte.
    ///   - start: Where to begin, from the first readable byte on.
    /// - Returns: Where it begins, from the first readable byte on. When it is not there whole: where it may begin, if
    ///   what is still to come completes it, else the end.
    func find(_ pattern: [UInt8], from start: Int = 0) -> (isWhole: Bool, offset: Int) {
        withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress else { return (false, 0) }
            var position = start
            // SAFETY: both C functions are given no more bytes than the buffer and the pattern have, and what memchr
            // returns points into the buffer, which stays where it is until this closure returns.
            while position < bytes.count,
                let hit = memchr(base + position, CInt(pattern[0]), bytes.count - position)
            {
                let offset = UnsafeRawPointer(hit) - base
                let length = min(pattern.count, bytes.count - offset)
                if memcmp(hit, pattern, length) == 0 { return (length == pattern.count, offset) }
                position = offset + 1
            }
            return (false, bytes.count)
        }
    }
}

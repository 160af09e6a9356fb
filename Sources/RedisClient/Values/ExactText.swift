#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Text with its hash, compared byte by byte, as Redis compares names of keys and channels.
///
/// `String` itself takes two spellings of one accented letter for the same text; for Redis they are two names.
struct ExactText: Hashable, Sendable {
    let text: String
    /// Of all bytes, with the process's random seed.
    let digest: Int

    init(_ text: String) {
        var text = text
        var hasher = Hasher()
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        self.text = text
        digest = hasher.finalize()
    }

    static func == (left: Self, right: Self) -> Bool {
        guard left.digest == right.digest else { return false }
        var (left, right) = (left.text, right.text)
        return left.withUTF8 { left in
            right.withUTF8 { right in
                guard left.count == right.count else { return false }
                // Empty text has no address.
                guard let first = left.baseAddress, let second = right.baseAddress else { return true }
                return memcmp(first, second, left.count) == 0
            }
        }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

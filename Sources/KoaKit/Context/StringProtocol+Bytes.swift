extension StringProtocol {
    /// Whether every byte of the text is allowed.
    ///
    /// Over the bytes in memory: several times as fast as `utf8.allSatisfy`, and this is asked of every field.
    @inline(__always)
    func hasOnlyBytes(_ isAllowed: (UInt8) -> Bool) -> Bool {
        utf8.withContiguousStorageIfAvailable { $0.allSatisfy(isAllowed) } ?? utf8.allSatisfy(isAllowed)
    }

    /// Whether the text is `name` in any case, without a copy in lower case.
    ///
    /// - Parameter name: Lower-case letters and `-`, as the names of fields are.
    /// - Returns: Whether they are the same but for case.
    @inline(__always)
    func isField(_ name: StaticString) -> Bool {
        guard utf8.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { wanted in
            // The bit that tells letters' cases apart is set in `-` too.
            zip(utf8, wanted).allSatisfy { $0 | 0x20 == $1 }
        }
    }

    /// Whether two names of fields are the same but for the case of ASCII letters, without a copy in lower case.
    func isField(sameAs other: some StringProtocol) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return zip(utf8, other.utf8).allSatisfy { first, second in
            first == second || first ^ second == 0x20 && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20)
        }
    }
}

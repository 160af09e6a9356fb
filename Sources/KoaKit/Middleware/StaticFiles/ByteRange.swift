/// What a `Range` field asks of a content (RFC 9110, section 14).
enum ByteRange: Equatable {
    /// All of it: the field is absent, malformed, of another unit or asks for several ranges.
    case whole
    /// Some of it, never nothing.
    case part(Range<Int>)
    /// Nothing that is there.
    case unsatisfiable

    /// Reads a field value.
    ///
    /// - Parameters:
    ///   - value: Such as `bytes=0-99`, `bytes=100-` or `bytes=-100`.
    ///   - size: Of the content, in bytes.
    init(_ value: String, size: Int) {
        self = .whole
        let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return }
        let ends = FieldList.trimmed(parts[1]).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return }
        switch (Self.position(ends[0]), Self.position(ends[1])) {
        case (let first?, let last?) where first <= last:
            self = first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
        case (let first?, nil) where ends[1].isEmpty:
            self = first < size ? .part(first..<size) : .unsatisfiable
        case (nil, let count?) where ends[0].isEmpty:
            self = count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .unsatisfiable
        default: return
        }
    }

    /// Digits only; a number beyond all files is as good as the largest.
    private static func position(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return min(Int(text) ?? .max, .max - 1)
    }
}

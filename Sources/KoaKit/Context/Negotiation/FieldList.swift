/// Field values that are lists with commas between (RFC 9110, section 5.6.1).
enum FieldList {
    /// The elements without the white space around them; empty ones are left out.
    ///
    /// Not for lists with quoted strings.
    static func elements(of value: some StringProtocol) -> [Substring] {
        Substring(value).utf8.split(separator: UInt8(ascii: ",")).compactMap { element in
            let trimmed = trimmed(Substring(element))
            return trimmed.isEmpty ? nil : trimmed
        }
    }

    /// Text without the spaces and tabs around it.
    static func trimmed(_ text: Substring) -> Substring {
        var bytes = text.utf8
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return Substring(bytes)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

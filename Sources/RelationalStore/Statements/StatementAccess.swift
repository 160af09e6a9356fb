/// Whether a statement can run on a connection that only reads.
enum StatementAccess: Sendable {
    case read
    case write

    /// Decides from the first word, and for `WITH` from the words after it.
    ///
    /// A wrong guess costs an error or a turn on the writer, never data: reading connections refuse to write.
    init(of text: String) {
        let words = text.utf8.split { !Self.isWordByte($0) }.map { String(decoding: $0, as: UTF8.self).uppercased() }
        switch words.first {
        case "SELECT", "VALUES": self = .read
        case "WITH": self = words.contains(where: Self.writeWords.contains) ? .write : .read
        default: self = .write
        }
    }

    private static let writeWords: Set = ["INSERT", "UPDATE", "DELETE", "REPLACE"]

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (byte & 0xDF) >= 0x41 && (byte & 0xDF) <= 0x5A
    }
}

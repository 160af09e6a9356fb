/// What a statement needs of the connection that it runs on.
enum StatementAccess: Sendable {
    /// It can run on a connection that only reads.
    case read
    case write
    /// It begins or ends a transaction.
    case transaction

    /// Decides from the first word, and for `WITH` and `ROLLBACK` from the words after it.
    ///
    /// A wrong guess costs an error or a turn on the writer, never data: reading connections refuse to write.
    init(of text: String) {
        var words = text.utf8.lazy.split { !Self.isWordByte($0) }
            .map { String(decoding: $0, as: UTF8.self).uppercased() }.makeIterator()
        switch words.next() {
        case "SELECT", "VALUES": self = .read
        case "WITH": self = IteratorSequence(words).contains(where: Self.writeWords.contains) ? .write : .read
        case "BEGIN", "START", "COMMIT", "END", "ABORT": self = .transaction
        // To a savepoint, which ends nothing.
        case "ROLLBACK": self = IteratorSequence(words).contains("TO") ? .write : .transaction
        default: self = .write
        }
    }

    private static let writeWords: Set = ["INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"]

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (byte & 0xDF) >= 0x41 && (byte & 0xDF) <= 0x5A
    }
}

/// Holds a stream to the length that was announced.
struct LengthCount {
    /// Nil when none was announced.
    let expected: Int?
    private var written = 0

    init(expected: Int?) {
        self.expected = expected
    }

    /// - Throws: ``ContentLengthMismatch`` when this is more than was announced.
    mutating func add(_ count: Int) throws(ContentLengthMismatch) {
        written += count
        if let expected, written > expected { throw ContentLengthMismatch(expected: expected, written: written) }
    }

    /// - Throws: ``ContentLengthMismatch`` when it was not all that was announced.
    func end() throws(ContentLengthMismatch) {
        if let expected, written != expected { throw ContentLengthMismatch(expected: expected, written: written) }
    }
}

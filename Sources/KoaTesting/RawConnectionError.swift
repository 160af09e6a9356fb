/// Why a ``RawConnection`` did not get what a test waited for.
///
/// Equality compares codes.
public struct RawConnectionError: Error, Hashable, CustomStringConvertible {
    /// What went wrong.
    public struct Code: Hashable, Sendable {
        enum Base { case timedOut, closed, reset, malformedReply }
        let base: Base

        /// Nothing came in time, or what was sent was not taken in time.
        public static let timedOut = Code(base: .timedOut)
        /// The peer closed the connection first.
        public static let closed = Code(base: .closed)
        /// The peer reset the connection, or the socket broke.
        public static let reset = Code(base: .reset)
        /// What came is not an HTTP/1.1 reply.
        public static let malformedReply = Code(base: .malformedReply)
    }

    /// What went wrong.
    public let code: Code
    /// For a test's log.
    public let description: String

    init(_ code: Code, _ description: String = "") {
        self.code = code
        self.description = "\(code.base): \(description)"
    }

    static func malformed(_ what: String) -> RawConnectionError {
        RawConnectionError(.malformedReply, what)
    }

    /// Whether two errors have the same code.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    /// Hashes the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

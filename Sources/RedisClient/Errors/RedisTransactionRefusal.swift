/// Why a transaction was given up before it ran: ``RedisError/underlying`` of an error of
/// ``RedisServerError/executionAborted``.
public struct RedisTransactionRefusal: Error, Hashable, CustomStringConvertible {
    /// The errors of the operations that the server refused to queue, by their places, the first being 0.
    public let errors: [Int: RedisServerError]

    /// The places and errors.
    public var description: String {
        errors.sorted { $0.key < $1.key }.map { "operation \($0.key): \($0.value)" }.joined(separator: ", ")
    }
}

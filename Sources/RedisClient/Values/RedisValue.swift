public import NIOCore

/// A reply, or an element of one.
public enum RedisValue: Sendable, Hashable {
    /// No value: a missing key, a condition that did not hold.
    case null
    /// A 64-bit number.
    case integer(Int)
    /// Bytes, in a buffer of their own.
    case bulk(ByteBuffer)
    /// A short text such as `OK`.
    case simpleString(String)
    /// An error inside an array; a whole reply that is an error is thrown instead.
    case error(RedisServerError)
    /// Values, in order.
    case array([RedisValue])

    /// The kind of value, for messages that must not show what it holds.
    var kind: String {
        switch self {
        case .null: "null"
        case .integer: "integer"
        case .bulk: "bulk"
        case .simpleString: "simple string"
        case .error: "error"
        case .array: "array"
        }
    }
}

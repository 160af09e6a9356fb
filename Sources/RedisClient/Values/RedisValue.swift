public import NIOCore

/// A reply, or an element of one.
public enum RedisValue: Sendable, Hashable {
    /// No value: a missing key, a condition that did not hold.
    case null
    /// A 64-bit number.
    case integer(Int)
    /// Bytes; those of one reply share memory, so keeping one of an array's elements keeps the others.
    case bulk(ByteBuffer)
    /// A short text such as `OK`.
    case simpleString(String)
    /// An error inside an array; a whole reply that is an error is thrown instead.
    case error(RedisServerError)
    /// Values, in order.
    case array([RedisValue])

    /// What a value is, without what it holds.
    public enum Kind: String, Sendable, CustomStringConvertible {
        case null, integer, bulk, simpleString, error, array

        /// The kind in words.
        public var description: String { self == .simpleString ? "simple string" : rawValue }
    }

    /// What the value is; may be shown where what it holds must not.
    public var kind: Kind {
        switch self {
        case .null: .null
        case .integer: .integer
        case .bulk: .bulk
        case .simpleString: .simpleString
        case .error: .error
        case .array: .array
        }
    }
}

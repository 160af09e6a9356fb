/// Why a reply cannot be read as a type: its kind and the type, never what it holds.
public struct RedisDecodingError: Error, Hashable, CustomStringConvertible {
    /// The kind of the reply, or of the element of it that could not be read.
    public let found: RedisValue.Kind

    /// The type, or the kind of reply, that was asked for.
    public let expected: String

    /// Makes an error, for types of one's own.
    ///
    /// - Parameters:
    ///   - value: What could not be read; only its kind is kept.
    ///   - expected: What was asked for, in fixed words.
    public init(_ value: RedisValue, expected: String) {
        found = value.kind
        self.expected = expected
    }

    /// The kind and the type.
    public var description: String { "\(found) is no \(expected)" }
}

/// A type that a reply can be read as.
///
/// A reply keeps its bytes as they came and costs nothing more until it is read as something.
public protocol RedisDecodable: Sendable {
    /// Reads a reply.
    ///
    /// - Parameter value: The reply, or an element of one.
    /// - Throws: ``RedisDecodingError`` when the reply is of another kind, or its bytes do not mean a value of this type.
    init(_ value: RedisValue) throws(RedisDecodingError)
}

extension RedisDecodable {
    /// Reads the reply to a command, which is no error.
    static func output(of reply: RedisValue) throws(RedisError) -> Self {
        do throws(RedisDecodingError) {
            return try Self(reply)
        } catch {
            throw .unexpectedReply(error)
        }
    }
}

extension RedisValue {
    /// Reads the value as a type.
    ///
    /// ```swift
    /// let scores = try reply.decode(as: [String: Double].self)
    /// ```
    ///
    /// - Parameter type: Text, numbers, `Bool` (0 or 1), bytes, arrays, sets and dictionaries of such, or an optional,
    ///   which takes null. A dictionary is read from an array in which keys and values take turns.
    /// - Returns: The value.
    /// - Throws: ``RedisDecodingError``.
    public func decode<Value: RedisDecodable>(as type: Value.Type = Value.self) throws(RedisDecodingError) -> Value {
        try Value(self)
    }

    /// Reads the elements of an array as types of their own.
    ///
    /// ```swift
    /// let (allowed, wait) = try reply.decode(as: (Bool.self, Int.self))
    /// ```
    ///
    /// - Parameter types: One type for each element.
    /// - Returns: The elements, in order.
    /// - Throws: ``RedisDecodingError``; also when the array has another number of elements.
    public func decode<First: RedisDecodable, each Rest: RedisDecodable>(
        as types: (First.Type, repeat (each Rest).Type)
    ) throws(RedisDecodingError) -> (First, repeat each Rest) {
        guard case .array(let elements) = self else { throw RedisDecodingError(self, expected: "array") }
        var count = 1
        for _ in repeat (each Rest).self { count += 1 }
        guard elements.count == count else { throw RedisDecodingError(self, expected: "array of \(count) elements") }
        var rest = elements.makeIterator()
        func next<Value: RedisDecodable>(_ type: Value.Type) throws(RedisDecodingError) -> Value {
            // The count was compared above; null stands for an end that cannot come.
            try Value(rest.next() ?? .null)
        }
        return (try next(First.self), repeat try next((each Rest).self))
    }
}

extension RedisValue: RedisDecodable {
    /// Takes the reply as it is.
    public init(_ value: RedisValue) {
        self = value
    }
}

extension Optional: RedisDecodable where Wrapped: RedisDecodable {
    /// Reads null as `nil`, and anything else as a value.
    ///
    /// - Parameter value: The reply, or an element of one.
    /// - Throws: ``RedisDecodingError``.
    public init(_ value: RedisValue) throws(RedisDecodingError) {
        if case .null = value {
            self = nil
        } else {
            self = try Wrapped(value)
        }
    }
}

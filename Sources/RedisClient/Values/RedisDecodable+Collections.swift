extension Array: RedisDecodable where Element: RedisDecodable {
    /// Reads each element of an array.
    ///
    /// - Parameter value: The reply, or an element of one.
    /// - Throws: ``RedisDecodingError``.
    public init(_ value: RedisValue) throws(RedisDecodingError) {
        guard case .array(let elements) = value else { throw RedisDecodingError(value, expected: "array") }
        self = []
        reserveCapacity(elements.count)
        for element in elements { append(try Element(element)) }
    }
}

extension Set: RedisDecodable where Element: RedisDecodable {
    /// Reads each element of an array.
    ///
    /// - Parameter value: The reply, or an element of one.
    /// - Throws: ``RedisDecodingError``.
    public init(_ value: RedisValue) throws(RedisDecodingError) {
        guard case .array(let elements) = value else { throw RedisDecodingError(value, expected: "array") }
        self.init(minimumCapacity: elements.count)
        for element in elements { insert(try Element(element)) }
    }
}

extension Dictionary: RedisDecodable where Key: RedisDecodable, Value: RedisDecodable {
    /// Reads an array in which keys and values take turns; of equal keys the last one counts.
    ///
    /// - Parameter value: The reply, or an element of one.
    /// - Throws: ``RedisDecodingError``, also when a key has no value.
    public init(_ value: RedisValue) throws(RedisDecodingError) {
        guard case .array(let elements) = value, elements.count.isMultiple(of: 2) else {
            throw RedisDecodingError(value, expected: "array of keys and values")
        }
        self.init(minimumCapacity: elements.count / 2)
        for index in stride(from: 0, to: elements.count, by: 2) {
            self[try Key(elements[index])] = try Value(elements[index + 1])
        }
    }
}

extension RedisOperation {
    /// Reads a field of a hash (HGET).
    ///
    /// - Parameters:
    ///   - key: The key of the hash.
    ///   - field: The field.
    ///   - type: What to read the value as.
    /// - Returns: The operation; its output is the value, or `nil` when there is no such field.
    public static func hashGet<Value: RedisDecodable>(
        _ key: String, field: String, as type: Value.Type
    ) -> Self where Output == Value? {
        Self("HGET", [.string(key), .string(field)])
    }

    /// Reads fields of a hash (HMGET).
    ///
    /// - Parameters:
    ///   - key: The key of the hash.
    ///   - fields: At least one.
    ///   - type: What to read the values as.
    /// - Returns: The operation; its output has a value for each field, `nil` for one that does not exist.
    public static func hashGet<Value: RedisDecodable>(
        _ key: String, fields: [String], as type: Value.Type
    ) -> Self where Output == [Value?] {
        Self("HMGET", [.string(key)] + fields.map(RedisArgument.string))
    }

    /// Reads all fields of a hash (HGETALL).
    ///
    /// - Parameters:
    ///   - key: The key of the hash.
    ///   - type: What to read the values as.
    /// - Returns: The operation; its output is empty when there is no such key.
    public static func hashGetAll<Value: RedisDecodable>(
        _ key: String, as type: Value.Type
    ) -> Self where Output == [String: Value] {
        Self(.key(.allFields(key)))
    }
}

extension RedisOperation<Int> {
    /// Sets a field of a hash (HSET); the output is how many fields are new, 0 or 1.
    public static func hashSet(_ key: String, field: String, to value: some RedisEncodable) -> Self {
        Self("HSET", [.string(key), .string(field), value.redisArgument])
    }

    /// Sets fields of a hash (HSET).
    ///
    /// - Parameters:
    ///   - key: The key of the hash.
    ///   - values: At least one field with its value.
    /// - Returns: The operation; its output is how many of the fields are new.
    public static func hashSet(_ key: String, to values: [String: some RedisEncodable]) -> Self {
        Self("HSET", [.string(key)] + values.flatMap { [.string($0.key), $0.value.redisArgument] })
    }

    /// Deletes fields of a hash (HDEL); with the last one the key goes.
    ///
    /// - Parameters:
    ///   - key: The key of the hash.
    ///   - fields: At least one.
    /// - Returns: The operation; its output is how many of the fields there were.
    public static func hashDelete(_ key: String, fields: [String]) -> Self {
        Self("HDEL", [.string(key)] + fields.map(RedisArgument.string))
    }

    /// Adds to the number in a field of a hash (HINCRBY); a field that does not exist counts as 0, and is made.
    ///
    /// - Parameters:
    ///   - key: The key of the hash.
    ///   - field: The field.
    ///   - amount: What to add, 1 by default; negative to subtract.
    /// - Returns: The operation; its output is the new number.
    public static func hashIncrement(_ key: String, field: String, by amount: Int = 1) -> Self {
        Self("HINCRBY", [.string(key), .string(field), .integer(amount)])
    }

    /// Counts the fields of a hash (HLEN).
    public static func hashCount(_ key: String) -> Self {
        Self("HLEN", [.string(key)])
    }
}

extension RedisOperation<Bool> {
    /// Sets a field of a hash, unless it exists (HSETNX); the output is whether it was set.
    public static func hashSetIfAbsent(_ key: String, field: String, to value: some RedisEncodable) -> Self {
        Self("HSETNX", [.string(key), .string(field), value.redisArgument])
    }

    /// Tells whether a hash has a field (HEXISTS).
    public static func hashExists(_ key: String, field: String) -> Self {
        Self("HEXISTS", [.string(key), .string(field)])
    }
}

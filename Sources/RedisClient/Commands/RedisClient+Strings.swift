public import NIOCore

extension RedisClient {
    /// Reads the value of a key (GET).
    ///
    /// - Parameters:
    ///   - key: Any text, sent as UTF-8.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: The bytes, or `nil` when there is no such key.
    /// - Throws: ``RedisError``; `.server` with ``RedisServerError/wrongType`` when the key holds no string.
    public func get(_ key: String, timeout: Duration? = nil) async throws(RedisError) -> ByteBuffer? {
        // The same as the operation, without the value of it: copies of that cost 2 % of a command.
        try await ByteBuffer?.output(of: perform(KeyFrame.get(key), timeout: timeout))
    }

    /// Reads the value of a key as a type (GET).
    ///
    /// - Parameters:
    ///   - key: Any text, sent as UTF-8.
    ///   - type: Such as `String` or `Int`.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: The value, or `nil` when there is no such key.
    /// - Throws: ``RedisError``; `.unexpectedReply` when the value is not of that type.
    public func get<Value: RedisDecodable>(
        _ key: String, as type: Value.Type, timeout: Duration? = nil
    ) async throws(RedisError) -> Value? {
        try await perform(.get(key, as: type), timeout: timeout)
    }

    /// Sets the value of a key (SET).
    ///
    /// - Parameters:
    ///   - key: Any text, sent as UTF-8.
    ///   - value: What to store: text, the readable bytes of a buffer, or a number.
    ///   - expiry: When the key is removed, in whole milliseconds, at least one; `nil` keeps it until it is deleted.
    ///   - condition: Sets only if the key is absent, or present; `nil` sets always.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: Whether the value was set; always `true` without a condition.
    /// - Throws: ``RedisError``.
    @discardableResult
    public func set(
        _ key: String, to value: some RedisEncodable, expiry: Duration? = nil, condition: SetCondition? = nil,
        timeout: Duration? = nil
    ) async throws(RedisError) -> Bool {
        try await perform(.set(key, to: value, expiry: expiry, condition: condition), timeout: timeout)
    }

    /// Adds to the number a key holds (INCRBY); a key that does not exist counts as 0, and is made.
    ///
    /// - Parameters:
    ///   - key: Any text, sent as UTF-8.
    ///   - amount: What to add, 1 by default; negative to subtract.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: The new number.
    /// - Throws: ``RedisError``; `.server` when the key holds no number, or the sum is beyond 64 bits.
    @discardableResult
    public func increment(
        _ key: String, by amount: Int = 1, timeout: Duration? = nil
    ) async throws(RedisError) -> Int {
        try await perform(.increment(key, by: amount), timeout: timeout)
    }
}

extension RedisClient {
    /// Deletes a key (DEL).
    ///
    /// - Parameters:
    ///   - key: Any text, sent as UTF-8.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: How many keys there were to delete: 0 or 1.
    /// - Throws: ``RedisError``.
    @discardableResult
    public func delete(_ key: String, timeout: Duration? = nil) async throws(RedisError) -> Int {
        try await integer(perform(KeyFrame.delete(key), timeout: timeout))
    }

    /// Deletes keys in one step (DEL).
    ///
    /// - Parameters:
    ///   - keys: Any texts, sent as UTF-8; none at all deletes nothing.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: How many of the keys there were.
    /// - Throws: ``RedisError``.
    @discardableResult
    public func delete(_ keys: [String], timeout: Duration? = nil) async throws(RedisError) -> Int {
        try await remove("DEL", keys, timeout: timeout)
    }

    /// Removes a key, and lets the server free its memory later (UNLINK).
    ///
    /// - Parameters:
    ///   - key: Any text, sent as UTF-8.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: How many keys there were to remove: 0 or 1.
    /// - Throws: ``RedisError``.
    @discardableResult
    public func unlink(_ key: String, timeout: Duration? = nil) async throws(RedisError) -> Int {
        try await integer(perform(KeyFrame.unlink(key), timeout: timeout))
    }

    /// Removes keys in one step, and lets the server free their memory later (UNLINK).
    ///
    /// - Parameters:
    ///   - keys: Any texts, sent as UTF-8; none at all removes nothing.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: How many of the keys there were.
    /// - Throws: ``RedisError``.
    @discardableResult
    public func unlink(_ keys: [String], timeout: Duration? = nil) async throws(RedisError) -> Int {
        try await remove("UNLINK", keys, timeout: timeout)
    }

    /// Sets when a key is removed (PEXPIRE).
    ///
    /// - Parameters:
    ///   - key: Any text, sent as UTF-8.
    ///   - duration: From now, rounded up to milliseconds; zero or less removes the key at once.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: Whether there is such a key.
    /// - Throws: ``RedisError``.
    @discardableResult
    public func expire(
        _ key: String, after duration: Duration, timeout: Duration? = nil
    ) async throws(RedisError) -> Bool {
        let command = RedisCommand("PEXPIRE", .string(key), .integer(duration.wholeMilliseconds))
        return try await integer(perform(command, timeout: timeout)) == 1
    }

    /// Tells how long a key has left (PTTL).
    ///
    /// - Parameters:
    ///   - key: Any text, sent as UTF-8.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: The time left, or that there is no key, or no end.
    /// - Throws: ``RedisError``.
    public func timeToLive(_ key: String, timeout: Duration? = nil) async throws(RedisError) -> TimeToLive {
        switch try await integer(perform(KeyFrame.timeToLive(key), timeout: timeout)) {
        case -2: return .noKey
        case -1: return .noExpiry
        case let milliseconds: return .expires(after: .milliseconds(milliseconds))
        }
    }

    private func remove(_ name: String, _ keys: [String], timeout: Duration?) async throws(RedisError) -> Int {
        guard !keys.isEmpty else { return 0 }
        return try await integer(
            perform(RedisCommand(name, arguments: keys.map(RedisArgument.string)), timeout: timeout))
    }

    private func integer(_ reply: RedisValue) throws(RedisError) -> Int {
        guard case .integer(let number) = reply else { throw .protocolViolation(.unexpectedReply) }
        return number
    }
}

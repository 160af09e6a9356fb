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
        try await perform(.delete(key), timeout: timeout)
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
        guard !keys.isEmpty else { return 0 }
        return try await perform(.delete(keys), timeout: timeout)
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
        try await perform(.unlink(key), timeout: timeout)
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
        guard !keys.isEmpty else { return 0 }
        return try await perform(.unlink(keys), timeout: timeout)
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
        try await perform(.expire(key, after: duration), timeout: timeout)
    }

    /// Tells how long a key has left (PTTL).
    ///
    /// - Parameters:
    ///   - key: Any text, sent as UTF-8.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: The time left, or that there is no key, or no end.
    /// - Throws: ``RedisError``.
    public func timeToLive(_ key: String, timeout: Duration? = nil) async throws(RedisError) -> TimeToLive {
        try await perform(.timeToLive(key), timeout: timeout)
    }
}

extension RedisClient {
    /// Sends any command.
    ///
    /// - Parameters:
    ///   - command: Name and arguments; see ``RedisCommand`` for those that do not belong on a shared connection.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: The reply, unless it is an error.
    /// - Throws: ``RedisError``; `.server` when the reply is an error.
    public func send(_ command: RedisCommand, timeout: Duration? = nil) async throws(RedisError) -> RedisValue {
        try await perform(command, timeout: timeout)
    }

    /// Asks the server for a sign of life (PING).
    ///
    /// - Parameter timeout: How long to wait; the configuration's command timeout by default.
    /// - Throws: ``RedisError``.
    public func ping(timeout: Duration? = nil) async throws(RedisError) {
        _ = try await perform(RedisCommand("PING"), timeout: timeout)
    }
}

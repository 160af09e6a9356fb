extension RedisClient {
    /// Sends any command.
    ///
    /// - Parameters:
    ///   - command: Name and arguments; see ``RedisCommand`` for those that are refused.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: The reply, unless it is an error.
    /// - Throws: ``RedisError``; `.server` when the reply is an error.
    public func send(_ command: RedisCommand, timeout: Duration? = nil) async throws(RedisError) -> RedisValue {
        try await perform(.command(command), timeout: timeout)
    }

    /// Asks the server for a sign of life (PING).
    ///
    /// - Parameter timeout: How long to wait; the configuration's command timeout by default.
    /// - Throws: ``RedisError``.
    public func ping(timeout: Duration? = nil) async throws(RedisError) {
        try await perform(.ping, timeout: timeout)
    }

    /// Runs a script on the server (EVALSHA; EVAL once, when the server does not know the script yet).
    ///
    /// - Parameters:
    ///   - script: What to run.
    ///   - keys: `KEYS` of the script: every key it touches.
    ///   - arguments: `ARGV` of the script.
    ///   - timeout: How long to wait for both together; the configuration's command timeout by default.
    /// - Returns: What the script returns.
    /// - Throws: ``RedisError``; `.server` when the script fails.
    public func evaluate(
        _ script: RedisScript, keys: [String] = [], arguments: [RedisArgument] = [], timeout: Duration? = nil
    ) async throws(RedisError) -> RedisValue {
        try await perform(.evaluate(script, keys: keys, arguments: arguments), timeout: timeout)
    }

    /// Sends a message to the subscribers of a channel (PUBLISH).
    ///
    /// - Parameters:
    ///   - message: Text, bytes or a number.
    ///   - channel: The name of the channel.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: How many clients of this server got it, in a cluster those of one node.
    /// - Throws: ``RedisError``.
    @discardableResult
    public func publish(
        _ message: some RedisEncodable, to channel: String, timeout: Duration? = nil
    ) async throws(RedisError) -> Int {
        try await perform(.publish(message, to: channel), timeout: timeout)
    }
}

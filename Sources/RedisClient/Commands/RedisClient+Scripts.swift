import NIOCore

extension RedisClient {
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
        let asked = NIODeadline.now()
        let rest = [.integer(keys.count)] + keys.map(RedisArgument.string) + arguments
        do throws(RedisError) {
            let command = RedisCommand("EVALSHA", arguments: [.string(script.digest)] + rest)
            return try await perform(command, asked: asked, timeout: timeout)
        } catch {
            guard error.serverError == .noScript else { throw error }
            // NOSCRIPT says that nothing ran, so sending the text is no repetition.
            let command = RedisCommand("EVAL", arguments: [.string(script.source)] + rest)
            return try await perform(command, asked: asked, timeout: timeout)
        }
    }
}

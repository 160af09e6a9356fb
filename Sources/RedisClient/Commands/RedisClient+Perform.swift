import NIOCore

extension RedisClient {
    /// Runs an operation.
    ///
    /// A script that the server does not know (NOSCRIPT) is sent once more with its text, within the same time.
    ///
    /// - Parameters:
    ///   - operation: A command and what its reply is read as.
    ///   - timeout: How long to wait; the configuration's command timeout by default.
    /// - Returns: The output of the operation.
    /// - Throws: ``RedisError``; `.server` when the reply is an error, `.unexpectedReply` when it is of another kind.
    @inline(__always)
    public func perform<Output>(
        _ operation: RedisOperation<Output>, timeout: Duration? = nil
    ) async throws(RedisError) -> Output {
        let asked = NIODeadline.now()
        let frame = try operation.sharedFrame()
        let reply: RedisValue
        do throws(RedisError) {
            reply = try await perform(frame, asked: asked, timeout: timeout)
        } catch {
            reply = try await performWithSource(frame, after: error, asked: asked, timeout: timeout)
        }
        return try operation.output(of: reply)
    }

    /// Sends the text of a script that the server does not know; any other error is thrown on.
    ///
    /// Not inlined: what it keeps while it waits would double the memory that each command's task has to find.
    @inline(never)
    private func performWithSource(
        _ frame: OperationFrame, after error: RedisError, asked: NIODeadline, timeout: Duration?
    ) async throws(RedisError) -> RedisValue {
        guard error.serverError == .noScript, case .script(let frame) = frame else { throw error }
        // NOSCRIPT says that nothing ran, so sending the text is no repetition.
        return try await perform(frame.withSource, asked: asked, timeout: timeout)
    }
}

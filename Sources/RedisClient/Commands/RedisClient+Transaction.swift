import NIOCore

extension RedisClient {
    /// Runs operations as one step, with no command of anybody else in between (MULTI … EXEC).
    ///
    /// ```swift
    /// let (_, count) = try await redis.transaction(.set("{u1}seen", to: "now"), .increment("{u1}visits"))
    /// ```
    ///
    /// Everything from MULTI to EXEC leaves in one write on the shared connection. As always with Redis there is no
    /// way back: an operation that fails while EXEC runs (such as INCR of a text) does not undo the others, and its
    /// failure is in its place of the result. In a cluster all keys must be in one slot.
    ///
    /// - Parameters:
    ///   - operation: The operations; their types may differ.
    ///   - timeout: How long to wait for all together; the configuration's command timeout by default.
    /// - Returns: What became of each operation; all have run.
    /// - Throws: ``RedisError``; `.server` when the transaction was given up. With
    ///   ``RedisServerError/executionAborted`` nothing has run, and ``RedisTransactionRefusal`` says what was refused.
    ///   After an error that may have been sent, and is not of the server, either all have run or none.
    public func transaction<each Output: Sendable>(
        _ operation: repeat RedisOperation<each Output>, timeout: Duration? = nil
    ) async throws(RedisError) -> (repeat Result<each Output, RedisError>) {
        var frames: [OperationFrame] = []
        for operation in repeat each operation { frames.append(try operation.sharedFrame()) }
        var outcomes = BatchOutcomes(try await replies(executing: frames, timeout: timeout))
        return (repeat outcomes.next(for: each operation))
    }

    /// Runs operations of one type as one step (MULTI … EXEC).
    ///
    /// As many as the list holds, otherwise as with operations of different types.
    ///
    /// - Parameters:
    ///   - operations: The operations; none at all sends nothing.
    ///   - timeout: How long to wait for all together; the configuration's command timeout by default.
    /// - Returns: What became of each operation, in order; all have run.
    /// - Throws: ``RedisError``; `.server` when the transaction was given up.
    public func transaction<Output>(
        _ operations: [RedisOperation<Output>], timeout: Duration? = nil
    ) async throws(RedisError) -> [Result<Output, RedisError>] {
        let frames = try operations.map { (operation) throws(RedisError) in try operation.sharedFrame() }
        var outcomes = BatchOutcomes(try await replies(executing: frames, timeout: timeout))
        return operations.map { outcomes.next(for: $0) }
    }

    private func replies(
        executing frames: [OperationFrame], timeout: Duration?
    ) async throws(RedisError) -> [RedisValue] {
        guard !frames.isEmpty else { return [] }
        let replies = try await perform(BatchFrame(frames, isTransaction: true), timeout: timeout)
        return try TransactionReplies(replies).results()
    }
}

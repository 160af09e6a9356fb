import NIOCore

extension RedisClient {
    /// Sends operations in one write and waits for all their replies.
    ///
    /// ```swift
    /// let (name, visits) = try await redis.pipeline(.get("name", as: String.self), .increment("visits"))
    /// ```
    ///
    /// The server runs them in order, one by one: commands of others may come in between, and one that fails does not
    /// stop the next. Either all are taken or none: together they count against the bounds of the connection, so more
    /// than ``RedisConfiguration/maximumInFlight`` are refused.
    ///
    /// - Parameters:
    ///   - operation: The operations; their types may differ.
    ///   - timeout: How long to wait for all together; the configuration's command timeout by default.
    /// - Returns: What became of each operation.
    /// - Throws: ``RedisError``, when there are not all replies; see ``RedisError/wasSent``. Any number of the
    ///   operations may have run then, from the first on.
    public func pipeline<each Output: Sendable>(
        _ operation: repeat RedisOperation<each Output>, timeout: Duration? = nil
    ) async throws(RedisError) -> (repeat Result<each Output, RedisError>) {
        var frames: [OperationFrame] = []
        for operation in repeat each operation { frames.append(try operation.sharedFrame()) }
        var outcomes = BatchOutcomes(try await replies(to: frames, timeout: timeout))
        return (repeat outcomes.next(for: each operation))
    }

    /// Sends operations of one type in one write and waits for all their replies.
    ///
    /// As many as the list holds, otherwise as with operations of different types.
    ///
    /// - Parameters:
    ///   - operations: The operations; none at all sends nothing.
    ///   - timeout: How long to wait for all together; the configuration's command timeout by default.
    /// - Returns: What became of each operation, in order.
    /// - Throws: ``RedisError``, when there are not all replies.
    public func pipeline<Output>(
        _ operations: [RedisOperation<Output>], timeout: Duration? = nil
    ) async throws(RedisError) -> [Result<Output, RedisError>] {
        let frames = try operations.map { (operation) throws(RedisError) in try operation.sharedFrame() }
        var outcomes = BatchOutcomes(try await replies(to: frames, timeout: timeout))
        return operations.map { outcomes.next(for: $0) }
    }

    private func replies(to frames: [OperationFrame], timeout: Duration?) async throws(RedisError) -> [RedisValue] {
        guard !frames.isEmpty else { return [] }
        return try await perform(BatchFrame(frames, isTransaction: false), timeout: timeout)
    }
}

/// The messages of a subscription, as they come.
///
/// For one reader: of several, each event goes to one. It ends without an error when the client is shut down, when the
/// scope of ``RedisClient/withSubscription(to:matching:bufferedMessages:timeout:_:)`` is left, and when the reading task
/// is cancelled.
public struct RedisSubscription: AsyncSequence, Sendable {
    /// What is read: messages, and where some are missing.
    public typealias Element = RedisSubscriptionEvent
    /// What reading throws.
    public typealias Failure = RedisError

    let buffer: SubscriptionBuffer

    /// Reads a subscription.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let buffer: SubscriptionBuffer

        /// Waits for the next event.
        ///
        /// - Returns: The event; `nil` at the end of the subscription.
        /// - Throws: ``RedisError`` `.server` when the server no longer allows the subscription after a reconnect.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(RedisError) -> RedisSubscriptionEvent? {
            try await buffer.next()
        }
    }

    /// Makes an iterator, which continues where the last one stopped.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffer: buffer) }
}

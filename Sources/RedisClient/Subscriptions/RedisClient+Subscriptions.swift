import NIOCore

extension RedisClient {
    /// Subscribes to channels while a closure runs.
    ///
    /// ```swift
    /// try await redis.withSubscription(to: ["news"]) { events in
    ///     for try await event in events {
    ///         switch event {
    ///         case .message(let message): show(message.payload)
    ///         case .dropped, .interrupted: break
    ///         case .resumed: try await readEverythingAfresh()
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// The closure begins when the server has agreed to all channels and patterns: what is published after that
    /// arrives. All subscriptions of a client share one connection, made for the first of them, and subscribers of one
    /// channel share it. A dead connection is noticed within 3 s and made anew, with the pauses of the client's
    /// configuration; the subscription goes on by itself and says what happened.
    ///
    /// - Parameters:
    ///   - channels: Names of channels.
    ///   - patterns: Glob-style patterns of names, such as `news.*`. A message that matches several comes for each.
    ///   - bufferedMessages: How many messages may wait for the reader, at least one; together they are no larger than
    ///     ``RedisConfiguration/maximumReplyBytes``. When one more comes, the oldest is dropped, and the reader told.
    ///   - timeout: How long to wait for the server's agreement; connect and command timeout together by default.
    ///   - body: Reads the events. The subscription ends when it returns or throws.
    /// - Returns: What the closure returns.
    /// - Throws: ``RedisError`` when there is no subscription, `.server` with ``RedisServerError/noPermission`` when one
    ///   of the channels is not allowed; and what the closure throws.
    public func withSubscription<Result>(
        to channels: [String], matching patterns: [String] = [], bufferedMessages: Int = 1_024,
        timeout: Duration? = nil, _ body: (RedisSubscription) async throws -> Result
    ) async throws -> Result {
        let topics = Set(
            channels.map { SubscriptionTopic.channel(ExactText($0)) }
                + patterns.map { SubscriptionTopic.pattern(ExactText($0)) })
        let buffer = SubscriptionBuffer(maximumMessages: bufferedMessages, maximumBytes: limits.maximumReplyBytes)
        let patience = timeout.map { TimeAmount($0) } ?? limits.connectTimeout + limits.commandTimeout
        let identifier = try await subscriptions.subscribe(buffer, to: topics, deadline: .now() + patience)
        defer {
            buffer.finish()
            subscriptions.unsubscribe(identifier)
        }
        return try await body(RedisSubscription(buffer: buffer))
    }
}

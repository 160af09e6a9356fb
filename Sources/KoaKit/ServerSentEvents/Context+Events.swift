import NIOCore

/// Server-sent events: a reply that goes on for as long as the client listens.
///
/// ```swift
/// ctx.sendEvents { events in
///     for await message in room.messages() { try await events.send(ServerSentEvent(data: message.text)) }
/// }
/// ```
extension Context {
    /// Answers with events that a producer sends.
    ///
    /// Sets `Content-Type: text/event-stream`, `Cache-Control: no-store` and `X-Accel-Buffering: no`, which tells nginx
    /// to pass each event on at once. The producer runs once the middleware have finished; the reply ends when it
    /// returns. When the client goes away it is cancelled, which a heartbeat finds out even if there is nothing to say.
    /// No deadline but ``HTTPLimits/write`` applies. A client that reconnects sends the id of the last event that it
    /// has as `Last-Event-ID`.
    ///
    /// - Parameters:
    ///   - heartbeat: How often a comment is sent; nil for never. Default: 15 s.
    ///   - produce: Sends the events.
    public func sendEvents(
        heartbeat: Duration? = .seconds(15),
        _ produce: @escaping @Sendable (_ events: EventWriter) async throws -> Void
    ) {
        set("Content-Type", "text/event-stream")
        set("Cache-Control", "no-store")
        set("X-Accel-Buffering", "no")
        body = .stream(
            ResponseStream { writer in
                // The head: a client learns that it is connected before there is an event.
                try await writer.write(ByteBuffer())
                try await Self.pass(to: writer, heartbeat: heartbeat, from: produce)
            })
    }

    /// Answers with the events of a sequence.
    ///
    /// - Parameters:
    ///   - events: Iterated once, and let go when the client goes away.
    ///   - heartbeat: How often a comment is sent; nil for never. Default: 15 s.
    public func sendEvents<Events: AsyncSequence & Sendable>(
        from events: Events,
        heartbeat: Duration? = .seconds(15)
    ) where Events.Element == ServerSentEvent {
        sendEvents(heartbeat: heartbeat) { writer in
            for try await event in events { try await writer.send(event) }
        }
    }

    /// Runs the producer beside the heartbeat; what both send leaves from here, one after the other.
    private static func pass(
        to writer: any BodyWriter,
        heartbeat: Duration?,
        from produce: @escaping @Sendable (EventWriter) async throws -> Void
    ) async throws {
        let handoff = Handoff()
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Before the group waits for its tasks, so that none of them waits for a taker that is gone.
            defer {
                handoff.close()
                group.cancelAll()
            }
            group.addTask {
                defer { handoff.close() }
                try await produce(EventWriter(handoff: handoff))
            }
            if let heartbeat {
                group.addTask {
                    // Ends when it is cancelled, or there is nobody left to give to.
                    while (try? await Task.sleep(for: heartbeat)) != nil,
                        (try? await handoff.give(ByteBuffer(string: ":\n\n"))) != nil
                    {}
                }
            }
            while let bytes = await handoff.take() { try await writer.write(bytes) }
            try Task.checkCancellation()
            // The producer has ended; what it failed with comes out here.
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

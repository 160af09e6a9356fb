import NIOCore

/// Where the producer of server-sent events sends them; see ``Context/sendEvents(heartbeat:_:)``.
///
/// It may be used from several tasks at once.
public struct EventWriter: Sendable {
    let handoff: Handoff

    /// Sends an event and waits until the client has room for the next.
    ///
    /// - Parameter event: The event.
    /// - Throws: `CancellationError` when the client is gone, or the producer of these events has returned.
    public func send(_ event: ServerSentEvent) async throws {
        try await handoff.give(event.bytes)
    }

    /// Sends a comment, which clients ignore.
    ///
    /// - Parameter text: Its line ends are sent as spaces.
    /// - Throws: What ``send(_:)`` throws.
    public func send(comment text: String) async throws {
        let line = String(text.map { $0.isNewline ? " " : $0 })
        try await handoff.give(ByteBuffer(string: ": \(line)\n\n"))
    }
}

import NIOCore

/// Takes callers from elsewhere onto an event loop: an actor whose executor is the loop.
///
/// Not a task executor preference, which an actor with an executor of its own, such as the main actor, overrides.
actor LoopGate {
    /// Held, because an unowned executor does not keep it alive.
    private let executor: any SerialExecutor

    init(_ loop: any EventLoop) {
        executor = loop.executor
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Sends a command and waits for its reply; first for the connection, when one is being made.
    func perform<Frame: WireFrame>(
        _ frame: Frame, in slot: LoopSlot, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> Frame.Reply {
        while true {
            if slot.readyConnection == nil { try await slot.connect(deadline: deadline, isolation: self) }
            if let reply = try await slot.post(frame, asked: asked, deadline: deadline) { return reply }
        }
    }

    /// Waits for the connection, making one if none was asked for before.
    func connect(_ slot: LoopSlot, deadline: NIODeadline) async throws(RedisError) {
        try await slot.connect(deadline: deadline, isolation: self)
    }
}

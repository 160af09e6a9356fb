/// Something that a test or a handler waits for.
struct Event: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    /// Lets one waiter pass, now or when it comes.
    func fire() { continuation.yield() }

    /// Says whether the event came; false when the waiting task was cancelled.
    @discardableResult
    func wait() async -> Bool {
        for await _ in stream { return true }
        return false
    }
}

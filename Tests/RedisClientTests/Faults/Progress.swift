import Synchronization

/// Counts what is done, and tells each time another so many are.
final class Progress: Sendable {
    private let count = Atomic<Int>(0)
    private let step: Int
    private let wanted: Int
    private let continuation: AsyncStream<Void>.Continuation
    /// One element for each step; ends when all is done.
    let steps: AsyncStream<Void>

    init(to wanted: Int, step: Int) {
        self.wanted = wanted
        self.step = step
        (steps, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var isDone: Bool { count.load(ordering: .relaxed) >= wanted }

    func add() {
        let now = count.wrappingAdd(1, ordering: .relaxed).newValue
        if now == wanted { continuation.finish() } else if now % step == 0 { continuation.yield() }
    }

    /// Ends the steps before all is done.
    func giveUp() {
        count.store(wanted, ordering: .relaxed)
        continuation.finish()
    }
}

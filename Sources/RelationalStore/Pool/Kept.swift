import Synchronization

/// A place for what a body returns on the thread of its connection, until its caller takes it.
final class Kept<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)

    /// What was kept; nil when nothing was.
    var value: Value? { state.withLock { $0 } }

    /// Keeps a value; the operation that did the work has no result besides.
    @discardableResult
    func keep(_ value: Value) -> SQLOutcome {
        state.withLock { $0 = value }
        return SQLOutcome()
    }
}

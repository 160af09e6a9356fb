import Synchronization

/// Stops what a connection is doing, from any thread, for as long as the connection is open.
final class Interrupter: Sendable {
    private struct State {
        var action: (@Sendable () -> Void)?
        var hasFired = false
    }

    private let state: Mutex<State>

    /// - Parameter action: Must return at once: it sets a flag or shuts a socket down.
    init(_ action: @escaping @Sendable () -> Void) {
        state = Mutex(State(action: action))
    }

    var hasFired: Bool { state.withLock { $0.hasFired } }

    func fire() {
        // Called under the lock, against the rule, so that the handle cannot be closed meanwhile.
        state.withLock { state in
            state.hasFired = true
            state.action?()
        }
    }

    /// Call before the handle that the action uses is closed.
    func disarm() {
        state.withLock { $0.action = nil }
    }
}

import Synchronization

/// Those who have connections of their own to a node's server, and want to know when it may be another one.
final class NodeFollowers: Sendable {
    private let state = Mutex((last: UInt64(0), all: [UInt64: @Sendable () -> Void]()))

    /// Adds one; returns its number.
    func add(_ notify: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            state.last += 1
            state.all[state.last] = notify
            return state.last
        }
    }

    func remove(_ number: UInt64) {
        state.withLock { _ = $0.all.removeValue(forKey: number) }
    }

    func tell() {
        for notify in state.withLock({ Array($0.all.values) }) { notify() }
    }
}

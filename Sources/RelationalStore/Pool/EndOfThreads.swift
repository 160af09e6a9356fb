import Synchronization

/// An event that happens once and that any number of tasks can wait for.
///
/// The wait ignores cancellation: whoever shuts a database down must know when it is closed. Its time is bounded by
/// whoever calls ``reach()``.
final class EndOfThreads: Sendable {
    private struct State {
        var isReached = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func wait() async {
        await withCheckedContinuation { waiter in
            let isReached = state.withLock { state in
                if !state.isReached { state.waiters.append(waiter) }
                return state.isReached
            }
            if isReached { waiter.resume() }
        }
    }

    func reach() {
        let waiters = state.withLock { state in
            state.isReached = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

import Synchronization

/// Runs the stop once; callers that come while it runs wait for its end, later ones for nothing.
///
/// Not a future: the event loop that would complete it may be gone by then.
final class StopOnce: Sendable {
    private enum Phase {
        case running
        case stopping([CheckedContinuation<Void, Never>])
        case stopped
    }

    private let phase = Mutex(Phase.running)

    func run(_ stop: () async -> Void) async {
        guard begins() else { return await end() }
        await stop()
        let waiters: [CheckedContinuation<Void, Never>] = phase.withLock { phase in
            defer { phase = .stopped }
            guard case .stopping(let waiters) = phase else { return [] }
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func begins() -> Bool {
        phase.withLock { phase in
            guard case .running = phase else { return false }
            phase = .stopping([])
            return true
        }
    }

    private func end() async {
        await withCheckedContinuation { continuation in
            let isStopped = phase.withLock { phase in
                guard case .stopping(let waiters) = phase else { return true }
                phase = .stopping(waiters + [continuation])
                return false
            }
            if isStopped { continuation.resume() }
        }
    }
}

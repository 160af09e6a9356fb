import Dispatch
import Synchronization

/// Hands jobs to one thread that waits for them.
final class Inbox<Job: Sendable>: Sendable {
    private struct State {
        var jobs: [Job] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)

    func put(_ job: Job) {
        state.withLock { $0.jobs.append(job) }
        arrivals.signal()
    }

    /// Lets ``take()`` return nil once the jobs put so far are taken.
    func close() {
        state.withLock { $0.isClosed = true }
        arrivals.signal()
    }

    /// Blocks until there is a job; returns nil when the inbox is closed and empty.
    func take() -> Job? {
        while true {
            // Not bounded in time: this is where an idle thread rests; `close()` ends it.
            arrivals.wait()
            let (job, isClosed) = state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isClosed)
            }
            if job != nil || isClosed { return job }
        }
    }
}

import Foundation
import Synchronization

/// Runs blocking work away from the threads that run tests.
package func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}

/// A thread that never ends, for starting processes that are to end with this one.
///
/// Linux keeps that promise (PR_SET_PDEATHSIG) to the thread that started the process, not to its process.
enum LastingThread {
    private static let queue = {
        let queue = Queue()
        Thread.detachNewThread { while true { queue.take()() } }
        return queue
    }()

    private final class Queue: Sendable {
        private let work = Mutex<[@Sendable () -> Void]>([])
        private let arrivals = DispatchSemaphore(value: 0)

        func put(_ item: @escaping @Sendable () -> Void) {
            work.withLock { $0.append(item) }
            arrivals.signal()
        }

        func take() -> @Sendable () -> Void {
            arrivals.wait()
            return work.withLock { $0.removeFirst() }
        }
    }

    /// Runs a piece of work there, and blocks until it is done.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
        let result = Mutex<Result<Value, any Error>?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        queue.put {
            let outcome = Result { try body() }
            result.withLock { $0 = outcome }
            isDone.signal()
        }
        isDone.wait()
        guard let result = result.withLock({ $0 }) else { throw FixtureError("the work was not done") }
        return try result.get()
    }
}

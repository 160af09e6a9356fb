import Dispatch
import Testing

/// Holds a database's thread at a point of its work until the test lets it go on.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    /// Blocks the calling thread, for 10 s at most.
    func wait() {
        let result = semaphore.wait(timeout: .now() + .seconds(10))
        #expect(result == .success)
    }
}

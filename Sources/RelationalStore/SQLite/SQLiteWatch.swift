import NIOCore
import Synchronization

/// What SQLite's callbacks look at while a statement runs: is its caller still there, how long may it wait.
///
/// `sqlite3_interrupt` alone can come just before a statement starts, and would be lost.
final class SQLiteWatch: Sendable {
    private let isInterrupted = Atomic<Bool>(false)
    /// When waiting for locks ends, on NIO's clock: a loaded machine makes every pause longer than it was meant.
    private let lockDeadline = Atomic<UInt64>(0)

    func start(lockTimeout: Duration) {
        isInterrupted.store(false, ordering: .releasing)
        let deadline = NIODeadline.now() + TimeAmount(lockTimeout)
        lockDeadline.store(deadline.uptimeNanoseconds, ordering: .relaxed)
    }

    func interrupt() {
        isInterrupted.store(true, ordering: .releasing)
    }

    /// Whether the running statement should stop.
    var wantsStop: Bool { isInterrupted.load(ordering: .acquiring) }

    /// How many microseconds to pause before asking for a lock again, or nil to give up.
    ///
    /// - Parameter attempt: How many pauses came before: 1, 2, 4, 8, then 10 ms each.
    /// - Returns: Microseconds, or nil once the lock timeout has passed or the caller is gone.
    func pause(before attempt: Int) -> UInt32? {
        let isTooLong = NIODeadline.now().uptimeNanoseconds >= lockDeadline.load(ordering: .relaxed)
        return wantsStop || isTooLong ? nil : 1000 * (attempt < 4 ? 1 << UInt32(attempt) : 10)
    }
}

import NIOCore
import Synchronization

/// What SQLite's callbacks look at while a statement runs: is its caller still there, how long may it wait.
///
/// `sqlite3_interrupt` alone can come just before a statement starts, and would be lost.
final class SQLiteWatch: Sendable {
    private let isInterrupted = Atomic<Bool>(false)
    private let lockTimeoutNanoseconds = Atomic<Int64>(0)

    func start(lockTimeout: Duration) {
        isInterrupted.store(false, ordering: .releasing)
        lockTimeoutNanoseconds.store(TimeAmount(lockTimeout).nanoseconds, ordering: .relaxed)
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
        let waited = attempt < 4 ? (1 << attempt) - 1 : 15 + (attempt - 4) * 10
        let isTooLong = Int64(waited) * 1_000_000 >= lockTimeoutNanoseconds.load(ordering: .relaxed)
        return wantsStop || isTooLong ? nil : 1000 * (attempt < 4 ? 1 << UInt32(attempt) : 10)
    }
}

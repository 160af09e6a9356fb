import NIOCore
import Synchronization

/// Bounds how many connections a client begins in a second, over all its loops and servers.
///
/// A few may begin at once; then each waits its turn. Without this, every loop's link to every node of a cluster would
/// come back at the moment the network does.
final class ConnectRate: Sendable {
    private let interval: TimeAmount
    private let burst: Int64
    /// When the next connection would begin if none could begin early.
    private let next = Mutex(NIODeadline.uptimeNanoseconds(0))

    /// Makes a bound.
    ///
    /// - Parameters:
    ///   - perSecond: At least 1; less is taken for 1.
    ///   - burst: How many may begin at once after a pause.
    init(perSecond: Int, burst: Int) {
        interval = .nanoseconds(1_000_000_000 / Int64(max(1, perSecond)))
        self.burst = Int64(max(1, burst))
    }

    /// Takes a turn.
    ///
    /// - Returns: How long to wait for it.
    func takeTurn(at now: NIODeadline = .now()) -> TimeAmount {
        next.withLock { next in
            let turn = max(next, now)
            next = turn + interval
            return max(.zero, (turn - now) - interval * (burst - 1))
        }
    }
}

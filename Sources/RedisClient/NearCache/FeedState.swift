import Synchronization

/// What is known about one stream of invalidations: whether it can be relied on, and since when.
///
/// The one who reads the stream writes; any thread asks. An entry is good only in the epoch it was asked for in, and
/// only while the lease lasts.
final class FeedState: Sendable {
    private let number = Atomic<UInt64>(0)
    /// Nanoseconds of `CacheInstant`; zero while the stream is down.
    private let leaseEnd = Atomic<UInt64>(0)

    /// Changes whenever everything remembered so far must not be used any more.
    var epoch: UInt64 { number.load(ordering: .acquiring) }

    /// Whether all invalidations up to a short while ago have been heard.
    func isLive(at now: CacheInstant) -> Bool { now.nanoseconds < leaseEnd.load(ordering: .acquiring) }

    /// Begins a life of the stream; nothing from before it counts.
    func begin(leaseUntil end: CacheInstant) {
        number.add(1, ordering: .acquiringAndReleasing)
        leaseEnd.store(end.nanoseconds, ordering: .releasing)
    }

    /// Extends the lease; nothing when the stream is down.
    func extend(leaseUntil end: CacheInstant) {
        let current = leaseEnd.load(ordering: .acquiring)
        guard current != 0, current < end.nanoseconds else { return }
        leaseEnd.store(end.nanoseconds, ordering: .releasing)
    }

    /// Ends the life of the stream: nothing is served until the next one begins.
    func end() {
        leaseEnd.store(0, ordering: .releasing)
        number.add(1, ordering: .acquiringAndReleasing)
    }

    /// Makes everything remembered so far useless, as after FLUSHALL.
    func forgetAll() {
        number.add(1, ordering: .acquiringAndReleasing)
    }
}

import Synchronization

/// Counts hits in the memory of this process, in bounded space.
///
/// At most ``capacity`` keys are kept. A new key beyond that takes the place of the one that has not been asked for
/// longest, whose hits are forgotten. The memory of a key is bounded too: up to a limit of 64 each hit is kept and the
/// window is exact; above it, hits that lie closer together than a 64th of the window are kept as one, as late as the
/// last of them. So more than the limit never pass, and room may come a 64th of the window late.
public final class MemoryRateLimitStore: RateLimitStore {
    private let hits: Mutex<RateLimitTable>
    private let now: @Sendable () -> ContinuousClock.Instant

    /// How many keys are kept.
    public let capacity: Int

    /// Creates an empty store.
    ///
    /// - Parameters:
    ///   - capacity: How many keys are kept, 1 or more; about 500 bytes for one with few hits, 3 KB for one with many.
    ///     Default: 10,000.
    ///   - now: What time it is. Default: that of the continuous clock.
    public init(capacity: Int = 10_000, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        precondition(capacity > 0, "a store that keeps no key limits nobody")
        self.capacity = capacity
        self.now = now
        hits = Mutex(RateLimitTable(capacity: capacity))
    }

    /// Records a hit, unless that would be one more than the limit; never throws.
    public func recordHit(of key: String, limit: Int, window: Duration) async -> RateLimitDecision {
        let now = now()
        return hits.withLock { $0.recordHit(of: key, limit: limit, window: window, at: now) }
    }
}

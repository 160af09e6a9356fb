public import Metrics
import Synchronization

/// Reports what a near cache has counted.
///
/// A hit must cost next to nothing, so the cache counts by itself, and this passes on what was added since the last
/// report:
///
/// ```swift
/// let metrics = NearCacheMetrics(cache: "sessions", factory: MetricsSystem.factory)
/// metrics.report(sessions.statistics)  // again and again, such as every ten seconds
/// ```
public final class NearCacheMetrics: Sendable {
    private let counters: [(value: @Sendable (NearCacheStatistics) -> UInt64, counter: Counter)]
    private let entries: Gauge
    private let bytes: Gauge
    private let isLive: Gauge
    /// The highest value reported of each counter.
    private let reported: Mutex<[UInt64]>

    /// Makes the instruments of one cache.
    ///
    /// - Parameters:
    ///   - cache: The name of the cache, the dimension `cache` of each instrument.
    ///   - factory: Where counts go, such as `MetricsSystem.factory`.
    public init(cache: String, factory: any MetricsFactory) {
        let dimensions = [("cache", cache)]
        let values: [(String, @Sendable (NearCacheStatistics) -> UInt64)] = [
            ("hits", { $0.hits }), ("misses", { $0.misses }), ("joins", { $0.joins }),
            ("invalidations", { $0.invalidations }), ("evictions", { $0.evictions }),
            ("epoch_changes", { $0.epochChanges }),
        ]
        counters = values.map { name, value in
            (value, Counter(label: "redis.client.near_cache.\(name)", dimensions: dimensions, factory: factory))
        }
        reported = Mutex(Array(repeating: 0, count: values.count))
        entries = Gauge(label: "redis.client.near_cache.entries", dimensions: dimensions, factory: factory)
        bytes = Gauge(label: "redis.client.near_cache.bytes", dimensions: dimensions, factory: factory)
        isLive = Gauge(label: "redis.client.near_cache.live", dimensions: dimensions, factory: factory)
    }

    /// Reports what was counted since the last report, and what is held now.
    ///
    /// - Parameter statistics: Those of the cache; older ones than were reported before add nothing.
    public func report(_ statistics: NearCacheStatistics) {
        let values = counters.map { $0.value(statistics) }
        let added = reported.withLock { reported in
            defer { reported = zip(reported, values).map(max) }
            return zip(reported, values).map { last, value in value > last ? value - last : 0 }
        }
        for (amount, counter) in zip(added, counters.map(\.counter)) where amount > 0 {
            counter.increment(by: amount)
        }
        entries.record(statistics.entries)
        bytes.record(statistics.bytes)
        isLive.record(statistics.isLive ? 1 : 0)
    }
}

import Metrics
import MetricsTestKit
import Testing

@testable import RedisClient

@Suite struct NearCacheMetricsTests {
    @Test func `a report adds what came since the last one, and says what is held`() throws {
        let factory = TestMetrics()
        let metrics = NearCacheMetrics(cache: "sessions", factory: factory)
        var statistics = NearCacheStatistics()
        statistics.hits = 10
        statistics.misses = 2
        statistics.entries = 2
        statistics.isLive = true
        metrics.report(statistics)
        let older = statistics
        statistics.hits = 15
        statistics.entries = 1
        statistics.isLive = false
        metrics.report(statistics)
        metrics.report(older)
        metrics.report(statistics)
        let dimensions = [("cache", "sessions")]
        #expect(try factory.expectCounter("redis.client.near_cache.hits", dimensions).values == [10, 5])
        #expect(try factory.expectCounter("redis.client.near_cache.misses", dimensions).values == [2])
        #expect(try factory.expectCounter("redis.client.near_cache.joins", dimensions).values.isEmpty)
        #expect(try factory.expectGauge("redis.client.near_cache.entries", dimensions).values == [2, 1, 2, 1])
        #expect(try factory.expectGauge("redis.client.near_cache.live", dimensions).values == [1, 0, 1, 0])
    }
}

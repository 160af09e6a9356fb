import Testing

@testable import RedisClient

@Suite struct EntryTableTests {
    private let feed = FeedState()
    private let now = CacheInstant.seconds(1)

    init() { feed.begin(leaseUntil: .distantFuture) }

    private func entry(_ key: String, weight: Int = 100, expiry: CacheInstant = .distantFuture) -> EntryTable.Entry {
        EntryTable.Entry(
            key: ExactText(key), object: Stored(0), feed: feed, epoch: feed.epoch, expiry: expiry, weight: weight)
    }

    private func holds(_ key: String, in table: inout EntryTable) -> Bool { table.find(ExactText(key), at: now) != nil }

    @Test func `neither bound is ever passed, whatever comes and goes`() {
        var table = EntryTable(maximumCount: 50, maximumBytes: 10_000)
        var random = SeededGenerator(seed: 1)
        for turn in 0..<20_000 {
            let key = "k\(Int.random(in: 0..<200, using: &random))"
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5: table.insert(entry(key, weight: .random(in: 1...1_500, using: &random)), at: now)
            case 5..<9: _ = table.find(ExactText(key), at: now)
            default: table.remove(ExactText(key))
            }
            if turn % 1_000 == 999 { feed.forgetAll() }
            #expect(table.count <= 50 && table.bytes <= 10_000 && table.bytes >= table.count)
        }
        #expect(table.evictions > 0)
    }

    @Test func `what was asked for since the hand's last visit stays longer`() {
        var table = EntryTable(maximumCount: 10, maximumBytes: 100_000)
        for index in 0..<10 { table.insert(entry("old\(index)"), at: now) }
        #expect(holds("old3", in: &table))
        for index in 0..<9 { table.insert(entry("new\(index)"), at: now) }
        #expect(holds("old3", in: &table))
        #expect(!holds("old4", in: &table))
        #expect(table.evictions == 9)
    }

    @Test func `what is of no use goes first and is not counted as evicted`() {
        var table = EntryTable(maximumCount: 3, maximumBytes: 100_000)
        table.insert(entry("a"), at: now)
        table.insert(entry("expired", expiry: now), at: now)
        table.insert(entry("b"), at: now)
        #expect(holds("a", in: &table) && holds("b", in: &table))
        table.insert(entry("c"), at: now)
        #expect(table.evictions == 0)
        #expect(holds("a", in: &table) && holds("b", in: &table) && holds("c", in: &table))
        feed.forgetAll()
        for key in ["d", "e", "f"] { table.insert(entry(key), at: now) }
        #expect(table.evictions == 0)
        #expect(table.count == 3)
    }

    @Test func `an entry over the bound is not kept, and the one before it is gone`() {
        var table = EntryTable(maximumCount: 3, maximumBytes: 1_000)
        table.insert(entry("a", weight: 10), at: now)
        table.insert(entry("a", weight: 1_001), at: now)
        #expect(!holds("a", in: &table))
        #expect(table.count == 0 && table.bytes == 0)
    }

    @Test func `shards share both bounds`() {
        for (entries, bytes) in [(1, 1_000), (63, 50_000), (129, 1_000_000), (100_000, 1 << 20)] {
            let shards = CacheShards(maximumEntries: entries, maximumBytes: bytes)
            for index in 0..<min(3 * entries, 5_000) { shards[ExactText("k\(index)")].fill("k\(index)", index, feed) }
            var statistics = NearCacheStatistics()
            shards.add(to: &statistics)
            #expect(statistics.entries <= entries && statistics.bytes <= bytes)
            #expect(statistics.entries > 0)
        }
    }
}

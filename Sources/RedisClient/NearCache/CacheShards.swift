/// All shards of a cache, and which of them has a key.
struct CacheShards: Sendable {
    static let maximumCount = 64
    /// Fewer entries than this in a shard would let chance, not use, decide what stays.
    static let minimumEntries = 64

    private let shards: [CacheShard]
    private let mask: Int

    /// Makes as many shards as the bound is good for; each has an equal share of both bounds.
    init(maximumEntries: Int, maximumBytes: Int) {
        var count = 1
        while count < Self.maximumCount, count * 2 * Self.minimumEntries <= maximumEntries { count *= 2 }
        let share = (entries: maximumEntries / count, bytes: maximumBytes / count)
        shards = (0..<count).map { _ in CacheShard(maximumCount: share.entries, maximumBytes: share.bytes) }
        mask = count - 1
    }

    subscript(key: ExactText) -> CacheShard { shards[key.digest & mask] }

    /// Forgets a key because the server says it changed.
    func invalidate(_ key: ExactText) { self[key].invalidate(key) }

    /// Adds what all shards counted.
    func add(to statistics: inout NearCacheStatistics) {
        for shard in shards { shard.add(to: &statistics) }
    }
}

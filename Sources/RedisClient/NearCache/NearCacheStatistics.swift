/// What a near cache has counted since it was made, and what it holds now.
public struct NearCacheStatistics: Sendable, Hashable {
    /// Reads answered from memory.
    public var hits: UInt64 = 0
    /// Reads that were not, whether they loaded, joined a load, or went to Redis because the cache was off.
    public var misses: UInt64 = 0
    /// Misses that waited for a load another caller had begun.
    public var joins: UInt64 = 0
    /// Keys the server has said to have changed, cached or not.
    public var invalidations: UInt64 = 0
    /// Usable entries that were given up for others.
    public var evictions: UInt64 = 0
    /// How often everything was given up: the stream of invalidations began or ended, or a database was flushed.
    public var epochChanges: UInt64 = 0
    /// Entries in memory, those of no more use included; never over the bound.
    public var entries: Int = 0
    /// Bytes of keys, values and their administration; never over the bound.
    public var bytes: Int = 0
    /// Whether reads may be answered from memory now.
    public var isLive: Bool = false

    init() {}
}

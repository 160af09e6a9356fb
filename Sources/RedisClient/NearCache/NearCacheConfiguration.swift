/// What a near cache holds, how much of it, and how long.
public struct NearCacheConfiguration: Sendable, Hashable {
    /// What all cached keys begin with, such as `s:`.
    ///
    /// The server tells every change under the prefix, and scans all registered prefixes on every write: use one,
    /// and the same on all nodes. A key without it is read from Redis each time. Empty means every key.
    public var prefix: String

    /// How many entries to hold; 100,000 by default.
    public var maximumEntries: Int = 100_000

    /// How many bytes keys, values and their administration may take; 64 MiB by default.
    ///
    /// The bound is shared equally by up to 64 parts, and no value over one part's share is kept.
    public var maximumBytes: Int = 64 * 1_024 * 1_024

    /// How long an entry may be served at most, counted from when it was asked for; 30 s by default.
    public var maximumAge: Duration = .seconds(30)

    /// How long the server's last sign of life lets the cache answer; 3 s by default.
    ///
    /// The bound on stale answers when the connection that tells of changes is cut without a sign. Longer than the
    /// heartbeat, or there are gaps in which nothing is served from memory.
    public var lease: Duration = .seconds(3)

    /// How often the server is asked for a sign of life; 1 s by default.
    ///
    /// A question without an answer for two heartbeats ends the connection, and with it all that is cached.
    public var heartbeat: Duration = .seconds(1)

    /// Makes a configuration with the defaults of every other field.
    ///
    /// - Parameter prefix: What all cached keys begin with.
    public init(prefix: String) {
        self.prefix = prefix
    }
}

import NIOCore

/// Values of Redis kept in this process, and given up as soon as the server tells of a change.
///
/// One connection of its own, for each cache, tells of every change to keys of the configured prefix. While it lives, a
/// value that was read once is served from memory; a change made anywhere is heard within the time the server's message
/// takes. While it does not live, or the server gave no sign of life for the length of the lease, every read goes to
/// Redis.
///
/// ```swift
/// let sessions = NearCache(client: redis, configuration: NearCacheConfiguration(prefix: "s:")) { key in
///     guard let (bytes, timeToLive) = try await read(key) else { return nil }
///     return NearCacheFill(decode(bytes), timeToLive: timeToLive, byteCount: 300)
/// }
/// let session = try await sessions.value(for: "s:1")
/// ```
///
/// Values are kept decoded, so a hit costs a lookup and nothing more. Keys without a value are not remembered. Call
/// ``shutdown()`` before the event loops are shut down.
public final class NearCache<Value: Sendable>: Sendable {
    /// Reads one key from Redis; `nil` when there is no such key.
    public typealias Load = @Sendable (_ key: String) async throws(RedisError) -> NearCacheFill<Value>?

    private let configuration: NearCacheConfiguration
    private let shards: CacheShards
    private let feeds: NearCacheFeeds
    private let connectTimeout: TimeAmount
    private let load: Load

    /// Makes a cache that begins to listen when it is first read, or when ``connect()`` is called.
    ///
    /// - Parameters:
    ///   - client: Where the changes are heard: its server, its credentials, one of its event loops.
    ///   - configuration: What to hold, how much, and how long.
    ///   - load: Reads one key from the same server's primary, in bounded time. Called once for all who miss the key at
    ///     the same time.
    public init(client: RedisClient, configuration: NearCacheConfiguration, load: @escaping Load) {
        self.configuration = configuration
        self.load = load
        shards = CacheShards(
            maximumEntries: configuration.maximumEntries, maximumBytes: configuration.maximumBytes)
        feeds = NearCacheFeeds(
            client.servers, resources: client.resources, configuration: configuration, shards: shards)
        connectTimeout = client.limits.connectTimeout + client.limits.commandTimeout
    }

    /// Begins to listen now and waits until values may be served from memory.
    ///
    /// After a failure the cache keeps trying by itself and passes reads on to Redis, so the error may be ignored.
    ///
    /// - Throws: ``RedisError``; `.server` with ``RedisServerError/noPermission`` when the user may not subscribe to
    ///   `__redis__:invalidate` or may not use CLIENT.
    public func connect() async throws(RedisError) {
        try await feeds.connect(deadline: .now() + connectTimeout)
    }

    /// Stops listening and serving from memory; done when the connection is closed.
    ///
    /// Later reads go to Redis.
    public func shutdown() async {
        await feeds.shutdown()
    }

    /// Reads a key, from memory if it is there and its last change is known.
    ///
    /// Those who miss a key at the same time share one load, and its error. Each may be cancelled by itself: if it is
    /// the one who loads, another takes over.
    ///
    /// - Parameter key: The key, with its prefix.
    /// - Returns: The value; `nil` when there is no such key.
    /// - Throws: What the load throws, and ``RedisError`` `.cancelled`.
    public func value(for key: String) async throws(RedisError) -> Value? {
        let key = ExactText(key)
        if let object = shards[key].find(key, at: .now()) { return Self.value(in: object) }
        return try await miss(key)
    }

    /// Reads a key from Redis, whatever is in memory: for what must not be decided by a value of some moments ago.
    ///
    /// - Parameter key: The key, with its prefix.
    /// - Returns: The value; `nil` when there is no such key.
    /// - Throws: What the load throws.
    public func freshValue(for key: String) async throws(RedisError) -> Value? {
        try await load(key)?.value
    }

    /// Forgets a key, and what is on its way for it.
    ///
    /// - Parameter key: The key, with its prefix.
    public func forget(_ key: String) {
        let key = ExactText(key)
        shards[key].forget(key)
    }

    /// Runs a closure that changes keys, so that this process reads what it wrote.
    ///
    /// The server tells this process of its own changes as well, but the reply to the change may come first. The keys are
    /// forgotten before the closure and again after it, whether it throws or not.
    ///
    /// - Parameters:
    ///   - keys: The keys that may change, with their prefix.
    ///   - body: Changes them.
    /// - Returns: What the closure returns.
    /// - Throws: What the closure throws.
    @discardableResult
    public func changing<Result, Failure: Error>(
        _ keys: [String], _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        for key in keys { forget(key) }
        defer { for key in keys { forget(key) } }
        return try await body()
    }

    /// What was counted, and what is held now.
    public var statistics: NearCacheStatistics {
        var statistics = NearCacheStatistics()
        shards.add(to: &statistics)
        feeds.add(to: &statistics)
        return statistics
    }
}

extension NearCache {
    private static func value(in object: any AnyObject & Sendable) -> Value {
        // SAFETY: Only `load` below puts objects into this cache's shards, and all are of this class. A checked cast of
        // a generic class would cost more than the lookup; debug builds check it.
        unsafeDowncast(object, to: CachedValue<Value>.self).value
    }

    private func miss(_ key: ExactText) async throws(RedisError) -> Value? {
        feeds.start()
        let shard = shards[key]
        while true {
            let now = CacheInstant.now()
            // Without the server's messages nothing tells how old a load is that another caller began.
            guard let feed = feeds.state(for: key), feed.isLive(at: now),
                key.text.utf8.starts(with: configuration.prefix.utf8)
            else {
                return try await load(key.text)?.value
            }
            switch shard.missed(key, feed: feed, at: now) {
            case .hit(let object): return Self.value(in: object)
            case .load(let number): return try await load(key, number: number, in: shard, feed: feed, asked: now)
            case .join(let number):
                switch await shard.wait(for: number) {
                case .loaded(let object): return object.map(Self.value(in:))
                case .failed(let error): throw error
                case .askAgain: continue
                }
            }
        }
    }

    private func load(
        _ key: ExactText, number: UInt64, in shard: CacheShard, feed: FeedState, asked: CacheInstant
    ) async throws(RedisError) -> Value? {
        do throws(RedisError) {
            let (fill, mayBeKept) = try await witnessedLoad(key, feed: feed)
            guard let fill else {
                shard.endLoad(number, of: key, keeping: nil, outcome: .loaded(nil), at: .now())
                return nil
            }
            let object = CachedValue<Value>(fill.value)
            // The server began to count when the question came, which is after it was asked.
            let life = min(fill.timeToLive ?? configuration.maximumAge, configuration.maximumAge)
            let loaded = CacheShard.Loaded(object: object, byteCount: fill.byteCount, expiry: asked + life)
            shard.endLoad(
                number, of: key, keeping: mayBeKept ? loaded : nil, outcome: .loaded(object), at: .now())
            return fill.value
        } catch {
            // Another's cancellation is no reason to fail those who wait.
            shard.endLoad(
                number, of: key, keeping: nil, outcome: Task.isCancelled ? .askAgain : .failed(error), at: .now())
            throw error
        }
    }

    /// Loads a key, and tells whether the answer came from the server whose feed stands for it.
    private func witnessedLoad(
        _ key: ExactText, feed: FeedState
    ) async throws(RedisError) -> (fill: NearCacheFill<Value>?, mayBeKept: Bool) {
        guard case .cluster = feeds else { return (try await load(key.text), true) }
        let witness = RedirectionWitness()
        let outcome = await RedirectionWitness.$current.withValue(witness) { await self.loadResult(of: key) }
        let fill = try outcome.get()
        return (fill, !witness.hasSeenRedirection && feeds.state(for: key) === feed)
    }

    private func loadResult(of key: ExactText) async -> Result<NearCacheFill<Value>?, RedisError> {
        do throws(RedisError) {
            return .success(try await load(key.text))
        } catch {
            return .failure(error)
        }
    }
}

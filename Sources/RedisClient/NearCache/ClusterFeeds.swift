import NIOCore
import Synchronization

/// One feed for each primary of a cluster.
///
/// A feed that dies takes its primary's share of the cache with it and no more. A node that is no longer a primary
/// loses its feed: as a replica it would tell of changes late.
final class ClusterFeeds: Sendable {
    private struct State {
        var feeds: [RedisConfiguration.Endpoint: InvalidationFeedGate] = [:]
        var follower: Task<Void, Never>?
        var isShutdown = false
    }

    private let router: ClusterRouter
    private let configuration: NearCacheConfiguration
    private let shards: CacheShards
    private let state = Mutex(State())

    init(_ router: ClusterRouter, configuration: NearCacheConfiguration, shards: CacheShards) {
        self.router = router
        self.configuration = configuration
        self.shards = shards
    }

    deinit {
        state.withLock { $0.follower }?.cancel()
    }

    /// Begins to follow the list of primaries, if nobody has begun before.
    func start() {
        state.withLock { state in
            guard state.follower == nil, !state.isShutdown else { return }
            let changes = router.primaryChanges()
            // One task a cache: it ends with the cache, and with the client, which ends the stream.
            state.follower = Task { [weak self] in
                for await primaries in changes { self?.follow(primaries) }
            }
        }
    }

    /// Begins to listen and waits until all primaries are heard.
    func connect(deadline: NIODeadline) async throws(RedisError) {
        start()
        follow(try await router.primaries(deadline: deadline))
        let (feeds, isShutdown) = state.withLock { (Array($0.feeds.values), $0.isShutdown) }
        guard !isShutdown else { throw RedisError(.shutdown, wasSent: false) }
        for feed in feeds { try await feed.connect(deadline: deadline) }
    }

    /// Stops listening; done when all connections are closed.
    func shutdown() async {
        let (feeds, follower) = state.withLock { state in
            state.isShutdown = true
            defer { state.feeds = [:] }
            return (Array(state.feeds.values), state.follower)
        }
        follower?.cancel()
        for feed in feeds { await feed.shutdown() }
        await follower?.value
    }

    /// What is known of the feed of the primary that serves a slot.
    func state(for slot: HashSlot) -> FeedState? {
        guard let primary = router.primary(of: slot) else { return nil }
        return state.withLock { $0.feeds[primary]?.state }
    }

    /// What is known of all feeds.
    var states: [FeedState] { state.withLock { $0.feeds.values.map(\.state) } }

    /// Has a feed for each of these nodes, and for no other.
    private func follow(_ primaries: [RedisConfiguration.Endpoint]) {
        let gone = state.withLock { state in
            guard !state.isShutdown else { return [] as [InvalidationFeedGate] }
            let gone = state.feeds.filter { !primaries.contains($0.key) }
            for endpoint in gone.keys { state.feeds[endpoint] = nil }
            for endpoint in primaries where state.feeds[endpoint] == nil {
                let feed = InvalidationFeedGate(
                    locator: FixedLocator(endpoint: endpoint), resources: router.resources,
                    configuration: configuration, shards: shards)
                state.feeds[endpoint] = feed
                feed.start()
            }
            return Array(gone.values)
        }
        for feed in gone { feed.close() }
    }
}

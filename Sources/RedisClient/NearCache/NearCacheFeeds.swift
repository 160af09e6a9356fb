import NIOCore

/// Where a cache hears of changes: from one server, or from each primary of a cluster.
enum NearCacheFeeds: Sendable {
    case one(InvalidationFeedGate)
    case cluster(ClusterFeeds)

    init(
        _ servers: RedisClient.Servers, resources: ClientResources, configuration: NearCacheConfiguration,
        shards: CacheShards
    ) {
        switch servers {
        case .one(let node):
            self = .one(
                InvalidationFeedGate(
                    locator: node.locator, resources: resources, configuration: configuration, shards: shards))
        case .cluster(let router):
            self = .cluster(ClusterFeeds(router, configuration: configuration, shards: shards))
        }
    }

    /// Begins to listen, if nobody has begun before.
    func start() {
        switch self {
        case .one(let feed): feed.start()
        case .cluster(let feeds): feeds.start()
        }
    }

    /// Begins to listen and waits until the cache may serve all keys.
    func connect(deadline: NIODeadline) async throws(RedisError) {
        switch self {
        case .one(let feed): try await feed.connect(deadline: deadline)
        case .cluster(let feeds): try await feeds.connect(deadline: deadline)
        }
    }

    /// Stops listening; done when the connections are closed.
    func shutdown() async {
        switch self {
        case .one(let feed): await feed.shutdown()
        case .cluster(let feeds): await feeds.shutdown()
        }
    }

    /// What is known of the feed that tells of a key now; `nil` when there is none.
    func state(for key: ExactText) -> FeedState? {
        switch self {
        case .one(let feed): feed.state
        case .cluster(let feeds): feeds.state(for: HashSlot(of: key.text))
        }
    }

    /// Adds what was counted here.
    func add(to statistics: inout NearCacheStatistics) {
        let states =
            switch self {
            case .one(let feed): [feed.state]
            case .cluster(let feeds): feeds.states
            }
        let now = CacheInstant.now()
        statistics.epochChanges = states.reduce(0) { $0 + $1.epoch }
        statistics.isLive = !states.isEmpty && states.allSatisfy { $0.isLive(at: now) }
    }
}

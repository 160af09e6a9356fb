import NIOCore
import Synchronization

/// A feed and what is known about it, in a form that may be held anywhere.
final class InvalidationFeedGate: Sendable {
    let state = FeedState()
    private let loop: any EventLoop
    private let feed: NIOLoopBoundBox<InvalidationFeed>
    private let following: NodeFollowing?
    private let lastNumber = Atomic<UInt64>(0)
    private let isStarted = Atomic<Bool>(false)
    private let isShutdown = Atomic<Bool>(false)

    /// Makes the feed of a client's only server, which may be replaced by another one.
    convenience init(
        of node: RedisNode, resources: ClientResources, configuration: NearCacheConfiguration, shards: CacheShards
    ) {
        self.init(
            locator: node.locator, following: node, resources: resources, configuration: configuration,
            shards: shards)
    }

    /// Makes the feed of one node of a cluster.
    convenience init(
        at endpoint: RedisConfiguration.Endpoint, resources: ClientResources, configuration: NearCacheConfiguration,
        shards: CacheShards
    ) {
        self.init(
            locator: FixedLocator(endpoint: endpoint), following: nil, resources: resources,
            configuration: configuration, shards: shards)
    }

    private init(
        locator: any ServerLocator, following node: RedisNode?, resources: ClientResources,
        configuration: NearCacheConfiguration, shards: CacheShards
    ) {
        let loop = resources.loops.all[resources.loops.next()]
        let feed = NIOLoopBoundBox.makeBoxSendingValue(
            InvalidationFeed(
                eventLoop: loop, locator: locator, resources: resources, configuration: configuration, state: state,
                shards: shards),
            eventLoop: loop)
        self.loop = loop
        self.feed = feed
        following = node.map { NodeFollowing($0) { loop.execute { feed.value.serverMayHaveMoved() } } }
    }

    deinit {
        guard isStarted.load(ordering: .relaxed), !isShutdown.load(ordering: .relaxed) else { return }
        loop.execute { [feed] in _ = feed.value.shutdown() }
    }

    /// Begins to listen, if nobody has begun before.
    func start() {
        guard !isStarted.load(ordering: .relaxed), !isStarted.exchange(true, ordering: .relaxed) else { return }
        loop.execute { self.feed.value.start() }
    }

    /// Begins to listen and waits until the cache may serve.
    func connect(deadline: NIODeadline) async throws(RedisError) {
        isStarted.store(true, ordering: .relaxed)
        let number = lastNumber.add(1, ordering: .relaxed).newValue
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: ConnectionWaiters.Continuation) in
                loop.execute {
                    self.feed.value.waitUntilLive(number, deadline: deadline, continuation: continuation)
                }
                // The handler may have run before there was anyone to take out.
                if Task.isCancelled { endWaiting(number) }
            }
        } onCancel: {
            endWaiting(number)
        }
        try outcome.get()
    }

    private func endWaiting(_ number: UInt64) {
        loop.execute { self.feed.value.endWaiting(number, RedisError(.cancelled, wasSent: false)) }
    }

    /// Stops listening, without waiting for the connection to be closed.
    func close() {
        guard !isShutdown.exchange(true, ordering: .relaxed) else { return }
        loop.execute { _ = self.feed.value.shutdown() }
    }

    /// Stops listening; done when the connection is closed.
    func shutdown() async {
        guard !isShutdown.exchange(true, ordering: .relaxed) else { return }
        // The socket is closed even if closing it fails.
        try? await loop.flatSubmit { self.feed.value.shutdown() }.get()
    }
}

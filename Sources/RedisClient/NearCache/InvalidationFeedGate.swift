import NIOCore
import Synchronization

/// A feed and what is known about it, in a form that may be held anywhere.
final class InvalidationFeedGate: Sendable {
    let state = FeedState()
    private let loop: any EventLoop
    private let feed: NIOLoopBoundBox<InvalidationFeed>
    private let lastNumber = Atomic<UInt64>(0)
    private let isStarted = Atomic<Bool>(false)
    private let isShutdown = Atomic<Bool>(false)

    init(
        locator: any ServerLocator, resources: ClientResources, configuration: NearCacheConfiguration,
        shards: CacheShards
    ) {
        loop = resources.loops.all[resources.loops.next()]
        feed = .makeBoxSendingValue(
            InvalidationFeed(
                eventLoop: loop, locator: locator, resources: resources, configuration: configuration, state: state,
                shards: shards),
            eventLoop: loop)
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

import NIOCore

/// Hears from one server which keys changed, on a connection of its own that it never shares.
///
/// The connection redirects the tracking of the prefix to itself, which RESP2 allows, so tracking ends with the one
/// connection that matters: there is no state in which it works and nobody listens. Lives on its event loop.
final class InvalidationFeed {
    static let channel = "__redis__:invalidate"

    private let link: SubscriberLink
    private let state: FeedState
    private let shards: CacheShards
    private let configuration: NearCacheConfiguration
    private var waiters = ConnectionWaiters()
    private var isLive = false

    init(
        eventLoop: any EventLoop, locator: any ServerLocator, resources: ClientResources,
        configuration: NearCacheConfiguration, state: FeedState, shards: CacheShards
    ) {
        self.configuration = configuration
        self.state = state
        self.shards = shards
        link = SubscriberLink(
            eventLoop: eventLoop, locator: locator, resources: resources,
            heartbeat: TimeAmount(configuration.heartbeat))
        link.delegate = self
    }

    /// Begins to listen; the feed comes back by itself from then on.
    func start() { link.start() }

    /// Begins to listen, and resumes the continuation when it does, or with the reason why it cannot now.
    func waitUntilLive(_ number: UInt64, deadline: NIODeadline, continuation: ConnectionWaiters.Continuation) {
        if isLive { return continuation.resume(returning: .success(())) }
        if let error = link.failure { return continuation.resume(returning: .failure(error)) }
        let timer = link.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.endWaiting(number, RedisError(.timeout, wasSent: false, detail: .connectTimeout))
        }
        waiters.add(number, continuation: continuation, timer: timer)
        link.start()
    }

    /// Resumes one who waits with an error, if it still waits.
    func endWaiting(_ number: UInt64, _ error: RedisError) {
        waiters.take(number)?.resume(returning: .failure(error))
    }

    /// Stops listening; done when the connection is closed.
    func shutdown() -> EventLoopFuture<Void> {
        stopServing()
        let closed = link.shutdown()
        waiters.resumeAll(.failure(RedisError(.shutdown, wasSent: false)))
        return closed
    }

    private func stopServing() {
        guard isLive else { return }
        isLive = false
        state.end()
    }
}

extension InvalidationFeed {
    /// Redirects tracking to the connection itself and subscribes; live only when the server has agreed to both.
    private func setUp(_ connection: SubscribedConnection) {
        connection.send(RedisCommand("CLIENT", "ID")) { [weak self, weak connection] reply in
            guard let self, let connection else { return }
            guard case .integer(let identifier) = reply else { return refuse(reply) }
            track(connection, identifier: identifier)
        }
    }

    private func track(_ connection: SubscribedConnection, identifier: Int) {
        connection.send(
            RedisCommand(
                "CLIENT", "TRACKING", "ON", "REDIRECT", .integer(identifier), "BCAST", "PREFIX",
                .string(configuration.prefix))
        ) { [weak self] reply in
            if case .simpleString = reply { return }
            self?.refuse(reply)
        }
        let asked = CacheInstant.now()
        connection.send(RedisCommand("SUBSCRIBE", .string(Self.channel))) { [weak self] reply in
            if case .array = reply { self?.begin(asked: asked) } else { self?.refuse(reply) }
        }
    }

    private func begin(asked: CacheInstant) {
        isLive = true
        state.begin(leaseUntil: asked + configuration.lease)
        waiters.resumeAll(.success(()))
    }

    private func refuse(_ reply: RedisValue) {
        if case .error(let error) = reply { return link.drop(.server(error)) }
        link.drop(.unexpectedReply(reply, expected: "answer of a subscription"))
    }
}

extension InvalidationFeed: SubscriberLinkDelegate {
    var wantsConnection: Bool { true }

    func linkUp(_ connection: SubscribedConnection) { setUp(connection) }

    func linkDown(_ error: RedisError) {
        stopServing()
        waiters.resumeAll(.failure(error.with(wasSent: false)))
    }

    func received(_ push: SubscriptionPush) {
        guard push.pattern == nil, push.channel == Self.channel else { return }
        switch push.payload {
        case .null: state.forgetAll()
        case .array(let keys):
            for case .bulk(let key) in keys { shards.invalidate(ExactText(String(buffer: key))) }
        default: break  // anyone may publish to the channel, but only as a bulk string
        }
    }

    func heardPong(ofPingSentAt sent: CacheInstant) {
        guard isLive else { return }
        state.extend(leaseUntil: sent + configuration.lease)
    }
}

import NIOCore

/// All subscriptions of a client, on one connection that is made when the first one is asked for.
///
/// Lives on its event loop.
final class SubscriptionHub {
    /// How often the server is asked for a sign of life.
    static let heartbeat = TimeAmount.seconds(1)

    private let link: SubscriberLink
    private let limits: ConnectionLimits
    private var registry = SubscriptionRegistry<SubscriptionBuffer>()
    private var waiters = ConnectionWaiters()
    /// Past its handshake.
    private var connection: SubscribedConnection?

    init(eventLoop: any EventLoop, locator: any ServerLocator, resources: ClientResources) {
        limits = resources.limits
        link = SubscriberLink(
            eventLoop: eventLoop, locator: locator, resources: resources, heartbeat: Self.heartbeat)
        link.delegate = self
    }

    /// Adds a subscriber; the continuation is resumed when the server has agreed to all topics, or with the reason why
    /// it will not.
    func subscribe(
        _ identifier: UInt64, _ buffer: SubscriptionBuffer, to topics: Set<SubscriptionTopic>, deadline: NIODeadline,
        continuation: ConnectionWaiters.Continuation
    ) {
        if let error = link.failure { return continuation.resume(returning: .failure(error)) }
        guard waiters.count < limits.maximumInFlight else {
            return continuation.resume(returning: .failure(.overloaded(.waitingBound)))
        }
        let (requests, isEstablished) = registry.add(identifier, buffer, topics: topics)
        if isEstablished { return continuation.resume(returning: .success(())) }
        let timer = link.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.unsubscribe(identifier, RedisError(.timeout, wasSent: true))
        }
        waiters.add(identifier, continuation: continuation, timer: timer)
        if connection != nil { ask(requests) } else { link.start() }
    }

    /// Removes a subscriber, which is told the error if it still waits for the server's agreement.
    func unsubscribe(_ identifier: UInt64, _ error: RedisError) {
        waiters.take(identifier)?.resume(returning: .failure(error))
        guard let removed = registry.remove(identifier) else { return }
        removed.subscriber.finish()
        end(removed.unwanted)
    }

    /// Ends all subscriptions; done when the connection is closed.
    func shutdown() -> EventLoopFuture<Void> {
        let closed = link.shutdown()
        connection = nil
        waiters.resumeAll(.failure(RedisError(.shutdown, wasSent: false)))
        for (_, buffer) in registry.removeAll() { buffer.finish() }
        return closed
    }

    private func ask(_ requests: [SubscriptionRegistry<SubscriptionBuffer>.Request]) {
        // One command a topic: an error names none, and belongs to one this way.
        for request in requests {
            connection?.send(request.topic.subscribe) { [weak self] in self?.received($0, for: request) }
        }
    }

    private func end(_ topics: [SubscriptionTopic]) {
        for topic in topics { connection?.send(topic.unsubscribe) { _ in } }
    }

    private func received(_ reply: RedisValue, for request: SubscriptionRegistry<SubscriptionBuffer>.Request) {
        guard case .error(let error) = reply else { return handle(registry.agreed(to: request), error: nil) }
        let (notices, unwanted) = registry.refused(request)
        handle(notices, error: .server(error))
        end(unwanted)
    }

    private func handle(_ notices: [SubscriptionRegistry<SubscriptionBuffer>.Notice], error: RedisError?) {
        for notice in notices {
            switch notice {
            case .established(let identifier, _): waiters.take(identifier)?.resume(returning: .success(()))
            case .resumed(let buffer): buffer.add(.resumed)
            case .refused(let identifier, let buffer, _):
                buffer.finish(throwing: error)
                if let error { waiters.take(identifier)?.resume(returning: .failure(error)) }
            }
        }
    }
}

extension SubscriptionHub: SubscriberLinkDelegate {
    var wantsConnection: Bool { !registry.isEmpty }

    func linkUp(_ connection: SubscribedConnection) {
        self.connection = connection
        ask(registry.requestAll())
    }

    func linkDown(_ error: RedisError) {
        connection = nil
        for buffer in registry.connectionLost() { buffer.add(.interrupted) }
        for identifier in waiters.numbers { unsubscribe(identifier, error.with(wasSent: false)) }
    }

    func received(_ push: SubscriptionPush) {
        guard case .bulk(let payload) = push.payload else { return }
        let topic: SubscriptionTopic =
            push.pattern.map { .pattern(ExactText($0)) } ?? .channel(ExactText(push.channel))
        let message = RedisMessage(channel: push.channel, pattern: push.pattern, payload: payload)
        for buffer in registry.subscribers(of: topic) { buffer.add(.message(message)) }
    }

    func heardPong(ofPingSentAt sent: CacheInstant) {}
}

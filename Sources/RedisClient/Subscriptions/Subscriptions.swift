import NIOCore
import Synchronization

/// A client's subscriptions, in a form that may be held anywhere.
final class Subscriptions: Sendable {
    private let loop: any EventLoop
    private let hub: NIOLoopBoundBox<SubscriptionHub>
    private let lastIdentifier = Atomic<UInt64>(0)
    private let isShutdown = Atomic<Bool>(false)

    init(to servers: RedisClient.Servers, resources: ClientResources) {
        let loop = resources.loops.all[resources.loops.next()]
        let locator: any ServerLocator =
            switch servers {
            case .one(let node): node.locator
            case .cluster(let router): AnyPrimaryLocator(router)
            }
        self.loop = loop
        hub = .makeBoxSendingValue(
            SubscriptionHub(eventLoop: loop, locator: locator, resources: resources), eventLoop: loop)
    }

    deinit {
        guard !isShutdown.load(ordering: .relaxed) else { return }
        loop.execute { [hub] in _ = hub.value.shutdown() }
    }

    /// Subscribes, and waits until the server has agreed to all topics.
    ///
    /// - Returns: A number to unsubscribe with.
    func subscribe(
        _ buffer: SubscriptionBuffer, to topics: Set<SubscriptionTopic>, deadline: NIODeadline
    ) async throws(RedisError) -> UInt64 {
        let identifier = lastIdentifier.add(1, ordering: .relaxed).newValue
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: ConnectionWaiters.Continuation) in
                loop.execute {
                    self.hub.value.subscribe(
                        identifier, buffer, to: topics, deadline: deadline, continuation: continuation)
                }
                // The handler may have run before there was anyone to take out.
                if Task.isCancelled { unsubscribe(identifier) }
            }
        } onCancel: {
            unsubscribe(identifier)
        }
        try outcome.get()
        return identifier
    }

    /// Ends a subscription, or the wait for it.
    func unsubscribe(_ identifier: UInt64) {
        loop.execute { self.hub.value.unsubscribe(identifier, RedisError(.cancelled, wasSent: true)) }
    }

    /// Ends all subscriptions; done when the connection is closed.
    func shutdown() async {
        isShutdown.store(true, ordering: .relaxed)
        try? await loop.flatSubmit { self.hub.value.shutdown() }.get()
    }
}

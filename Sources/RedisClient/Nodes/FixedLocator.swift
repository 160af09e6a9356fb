import NIOCore

/// A server whose address is known.
///
/// A host name is looked up again for every connection.
struct FixedLocator: ServerLocator {
    let endpoint: RedisConfiguration.Endpoint

    func locate(on loop: any EventLoop) -> EventLoopFuture<RedisConfiguration.Endpoint> {
        loop.makeSucceededFuture(endpoint)
    }

    func locationFailed(_ endpoint: RedisConfiguration.Endpoint) {}

    func whenServerMayHaveMoved(_ notify: @escaping @Sendable () -> Void) {}

    func shutdown(on loop: any EventLoop) -> EventLoopFuture<Void> { loop.makeSucceededVoidFuture() }
}

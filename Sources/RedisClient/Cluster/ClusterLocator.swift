import NIOCore
import Synchronization

/// Finds any node of a cluster: one is as good as the other for subscriptions, whose messages reach all nodes.
struct ClusterLocator: ServerLocator {
    let router: ClusterRouter

    func locate(on loop: any EventLoop) -> EventLoopFuture<RedisConfiguration.Endpoint> {
        guard let endpoint = router.primaries?.randomElement() ?? router.seeds.randomElement() else {
            return loop.makeFailedFuture(RedisError(.connectFailed, wasSent: false))
        }
        return loop.makeSucceededFuture(endpoint)
    }

    func locationFailed(_ endpoint: RedisConfiguration.Endpoint) {
        router.wantMap()
    }

    func whenServerMayHaveMoved(_ notify: @escaping @Sendable () -> Void) {}

    func shutdown(on loop: any EventLoop) -> EventLoopFuture<Void> { loop.makeSucceededVoidFuture() }
}

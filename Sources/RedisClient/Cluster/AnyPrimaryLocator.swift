import NIOCore
import Synchronization

/// Finds some node of a cluster: for what every node does, such as passing messages on.
///
/// Another one after each failure; before there is a map, one of the addresses of the configuration.
final class AnyPrimaryLocator: ServerLocator {
    private let router: ClusterRouter
    private let turn = Atomic<UInt>(.random(in: 0..<1_024))

    init(_ router: ClusterRouter) { self.router = router }

    func locate(on loop: any EventLoop) -> EventLoopFuture<RedisConfiguration.Endpoint> {
        let nodes = router.primaries.flatMap { $0.isEmpty ? nil : $0 } ?? router.seeds
        guard !nodes.isEmpty else {
            return loop.makeFailedFuture(RedisError(.connectFailed, wasSent: false))
        }
        return loop.makeSucceededFuture(nodes[Int(turn.load(ordering: .relaxed) % UInt(nodes.count))])
    }

    func locationFailed(_ endpoint: RedisConfiguration.Endpoint) {
        turn.wrappingAdd(1, ordering: .relaxed)
    }

    func whenServerMayHaveMoved(_ notify: @escaping @Sendable () -> Void) {}

    func shutdown(on loop: any EventLoop) -> EventLoopFuture<Void> { loop.makeSucceededVoidFuture() }
}

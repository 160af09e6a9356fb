/// Hears of a server when it may be another one, or is there again, for as long as this object lives.
final class NodeFollowing: Sendable {
    private let node: RedisNode
    private let number: UInt64

    init(_ node: RedisNode, notify: @escaping @Sendable () -> Void) {
        self.node = node
        number = node.follow(notify)
    }

    deinit {
        node.stopFollowing(number)
    }
}

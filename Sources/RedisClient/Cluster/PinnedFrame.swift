import NIOCore

/// A command for one certain primary of a cluster, whatever its keys.
struct PinnedFrame<Pinned: CommandFrame>: RoutedFrame {
    typealias Reply = RedisValue

    let pinned: Pinned
    let primary: RedisConfiguration.Endpoint

    var name: String { pinned.name }

    var batchSize: Int? { nil }

    var sizeEstimate: Int { pinned.sizeEstimate }

    var replyCount: Int { 1 }

    func write(to buffer: inout ByteBuffer) { pinned.write(to: &buffer) }

    static func receiver(_ continuation: ReplyContinuation<Reply>) -> ReplyReceiver { .caller(continuation) }

    func perform(
        through router: ClusterRouter, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> RedisValue {
        try await router.perform(pinned, at: primary, asked: asked, deadline: deadline)
    }
}

import NIOCore

/// Commands that a node is asked to serve although it does not own their slot yet: ASKING goes before, and is good
/// for one command or one transaction.
struct AskingFrame<Asked: WireFrame>: WireFrame {
    typealias Reply = [RedisValue]

    private static var asking: StaticString { "*1\r\n$6\r\nASKING\r\n" }

    let asked: Asked

    var replyCount: Int { 1 + asked.replyCount }

    var sizeEstimate: Int { Self.asking.utf8CodeUnitCount + asked.sizeEstimate }

    func write(to buffer: inout ByteBuffer) {
        buffer.writeStaticString(Self.asking)
        asked.write(to: &buffer)
    }

    static func receiver(_ continuation: ReplyContinuation<Reply>) -> ReplyReceiver { .batch(continuation) }
}

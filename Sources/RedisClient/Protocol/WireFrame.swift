import NIOCore

/// What is written at once for one caller: a command, as an array of bulk strings, or several.
protocol WireFrame: Sendable {
    /// What the caller gets: one reply, or one for each command.
    associatedtype Reply: Sendable

    /// At least the bytes the frame takes; used to bound what waits to be written.
    var sizeEstimate: Int { get }

    /// How many replies the server sends to it.
    var replyCount: Int { get }

    func write(to buffer: inout ByteBuffer)

    /// The place in the queue of a caller who waits for this.
    static func receiver(_ continuation: ReplyContinuation<Reply>) -> ReplyReceiver
}

/// What a caller asks for, and a cluster has nodes for.
protocol RoutedFrame: WireFrame {
    /// The name of the command, or of the kind of batch; for observers only.
    var name: String { get }

    /// How many commands of the caller there are in a batch; `nil` for a single one.
    var batchSize: Int? { get }

    /// Sends it to the nodes of a cluster that serve it, and waits for the reply.
    func perform(
        through router: ClusterRouter, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> Reply
}

/// A command, which has one reply.
protocol CommandFrame: RoutedFrame where Reply == RedisValue {
    /// The slot its keys are in, computed in a cluster only; `nil` when it has none.
    ///
    /// - Throws: ``RedisError`` `.crossSlot` when they are in more than one.
    func hashSlot() throws(RedisError) -> HashSlot?

    /// Whether a cluster has to run it on each of its primaries.
    var isForEveryPrimary: Bool { get }
}

extension CommandFrame {
    var isForEveryPrimary: Bool { false }

    var replyCount: Int { 1 }

    var batchSize: Int? { nil }

    static func receiver(_ continuation: ReplyContinuation<Reply>) -> ReplyReceiver { .caller(continuation) }

    func perform(
        through router: ClusterRouter, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> RedisValue {
        try await router.perform(self, asked: asked, deadline: deadline)
    }
}

/// A command of a fixed name and one key, framed without building an array of its words.
struct KeyFrame: CommandFrame {
    /// All bytes before the length of the key, such as `*2\r\n$3\r\nGET\r\n$`.
    let head: StaticString
    let key: String

    static func get(_ key: String) -> Self { Self(head: "*2\r\n$3\r\nGET\r\n$", key: key) }
    static func delete(_ key: String) -> Self { Self(head: "*2\r\n$3\r\nDEL\r\n$", key: key) }
    static func unlink(_ key: String) -> Self { Self(head: "*2\r\n$6\r\nUNLINK\r\n$", key: key) }
    static func timeToLive(_ key: String) -> Self { Self(head: "*2\r\n$4\r\nPTTL\r\n$", key: key) }
    static func exists(_ key: String) -> Self { Self(head: "*2\r\n$6\r\nEXISTS\r\n$", key: key) }
    static func increment(_ key: String) -> Self { Self(head: "*2\r\n$4\r\nINCR\r\n$", key: key) }
    static func allFields(_ key: String) -> Self { Self(head: "*2\r\n$7\r\nHGETALL\r\n$", key: key) }

    /// Cut out of the head.
    var name: String {
        let word = head.withUTF8Buffer { $0.dropFirst(8).prefix { $0 != UInt8(ascii: "\r") }.map(\.self) }
        return String(decoding: word, as: UTF8.self)
    }

    var sizeEstimate: Int { head.utf8CodeUnitCount + key.utf8.count + 24 }

    func hashSlot() -> HashSlot? { HashSlot(of: key) }

    func write(to buffer: inout ByteBuffer) {
        var key = key
        key.withUTF8 { key in
            // One write for the whole frame: a reservation and three copies.
            _ = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: head.utf8CodeUnitCount + key.count + 24) {
                room in
                var end = head.utf8CodeUnitCount
                room.copyMemory(from: UnsafeRawBufferPointer(start: head.utf8Start, count: end))
                end += Decimal.write(key.count, to: UnsafeMutableRawBufferPointer(rebasing: room[end...]))
                end = room.storeLineEnd(at: end)
                UnsafeMutableRawBufferPointer(rebasing: room[end...]).copyMemory(from: UnsafeRawBufferPointer(key))
                return room.storeLineEnd(at: end + key.count)
            }
        }
    }
}

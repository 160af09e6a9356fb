import NIOCore

/// Commands from elsewhere that a loop takes in at once, and what else their callers have to say.
struct LoopMail: Sendable {
    struct Letter: Sendable {
        let receiver: ReplyReceiver
        let replyCount: Int
        let byteCount: Int
        let ticket: UInt64
        let asked: NIODeadline
        let deadline: NIODeadline
    }

    private(set) var letters: [Letter] = []
    /// The commands of all letters, ready to be written.
    var bytes = ByteBuffer()
    /// How many replies the server will send to all of them.
    private(set) var replyCount = 0
    /// The tickets of callers that were cancelled, whose letters may be here, or have been collected before.
    var withdrawn: [UInt64] = []

    mutating func append<Frame: WireFrame>(
        _ frame: Frame, for receiver: ReplyReceiver, ticket: UInt64, asked: NIODeadline, deadline: NIODeadline
    ) {
        let start = bytes.writerIndex
        frame.write(to: &bytes)
        let letter = Letter(
            receiver: receiver, replyCount: frame.replyCount, byteCount: bytes.writerIndex - start, ticket: ticket,
            asked: asked, deadline: deadline)
        letters.append(letter)
        replyCount += letter.replyCount
    }

    /// Forgets everything, and keeps the memory unless there is much of it.
    mutating func clear() {
        letters.removeAll(keepingCapacity: letters.capacity <= ConnectionLimits.keptListCapacity)
        withdrawn.removeAll(keepingCapacity: withdrawn.capacity <= ConnectionLimits.keptListCapacity)
        replyCount = 0
        if bytes.capacity <= ConnectionLimits.keptBufferSize { bytes.clear() } else { bytes = ByteBuffer() }
    }
}

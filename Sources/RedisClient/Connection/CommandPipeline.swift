import NIOCore

/// The commands of one connection from when they are asked for until their replies are there: bytes on their way out,
/// and who waits.
///
/// One value, which a command changes twice and its reply once, since each change of a part that stands in a class by
/// itself would be checked for exclusivity.
struct CommandPipeline {
    var queue = ReplyQueue<ReplyReceiver>()
    /// What is not given to the channel yet.
    var outgoing = ByteBuffer()
    private(set) var nextNumber: UInt64
    /// Places before this number may have been seen by the server.
    private(set) var sentThrough: UInt64
    private(set) var isFlushScheduled = false
    /// When the last command was asked for.
    private(set) var lastAppend = NIODeadline.now()

    /// - Parameter firstNumber: The number of the first command.
    init(firstNumber: UInt64) {
        nextNumber = firstNumber
        sentThrough = firstNumber
    }

    /// Gives out the number of a command about to be sent.
    mutating func takeNumber() -> UInt64 {
        defer { nextNumber += 1 }
        return nextNumber
    }

    /// Why one more command, or mail of several, cannot be taken; `nil` when it can.
    func refusal(replyCount: Int, byteCount: Int, _ limits: ConnectionLimits) -> RedisError? {
        if queue.replyCount + replyCount > limits.maximumInFlight { return .overloaded(.inFlightBound) }
        if outgoing.readableBytes + byteCount > limits.maximumPendingBytes { return .overloaded(.byteBound) }
        return nil
    }

    /// Appends a command under the number taken for it last, or all commands of a batch.
    ///
    /// - Returns: Whether a flush is to be scheduled.
    mutating func append(
        _ frame: some WireFrame, for receiver: ReplyReceiver, number: UInt64, asked: NIODeadline,
        deadline: NIODeadline, _ limits: ConnectionLimits
    ) -> Bool {
        frame.write(to: &outgoing)
        enqueue(
            receiver, number: number, replyCount: frame.replyCount, asked: asked, deadline: deadline, limits)
        defer { isFlushScheduled = true }
        return !isFlushScheduled
    }

    /// Gives a place to a command whose bytes are in ``outgoing``.
    ///
    /// The ticket is what the caller's inbox knows it by; 0 for callers on the loop, who know the number.
    mutating func enqueue(
        _ receiver: ReplyReceiver, number: UInt64, replyCount: Int, ticket: UInt64 = 0, asked: NIODeadline,
        deadline: NIODeadline, _ limits: ConnectionLimits
    ) {
        queue.append(
            receiver, number: number, replyCount: replyCount, ticket: ticket, deadline: deadline,
            stallDeadline: max(deadline, asked + limits.stallLimit))
        lastAppend = asked
    }

    /// Notes that the flush that was scheduled is due.
    mutating func flushBegan() { isFlushScheduled = false }

    /// All bytes there are, which the channel gets.
    mutating func takeBytes() -> ByteBuffer {
        sentThrough = nextNumber
        var bytes = ByteBuffer()
        swap(&bytes, &outgoing)
        return bytes
    }

    /// Uses memory again that was written.
    mutating func giveBack(_ bytes: consuming ByteBuffer) {
        guard outgoing.readableBytes == 0, bytes.capacity <= ConnectionLimits.keptBufferSize else { return }
        bytes.clear()
        outgoing = bytes
    }
}

import NIOCore

/// One connection: the commands on their way out, and the callers that wait for replies.
///
/// Lives on one event loop, from handshake to close, and is never used again after that. Commands are appended to one
/// buffer and written once per turn of the loop, however many callers there are.
final class RedisConnection {
    let limits: ConnectionLimits
    let loop: NIOIsolatedEventLoop
    private let reader: ReplyReader
    var pipeline: CommandPipeline
    private var context: ChannelHandlerContext?
    private weak var owner: (any RedisConnectionOwner)?

    /// Callers from elsewhere and their replies of this read; see ``wakeAnswered()``.
    private var answered: [(continuation: ReplyContinuation<RedisValue>, reply: RedisValue)] = []
    /// The replies that came for the batch which is first in the queue.
    private var gathered: [RedisValue] = []
    private var isReady = false
    private(set) var isClosed = false
    /// What ends the connection when the last reply is there; `nil` while it takes commands.
    private var finishError: RedisError?
    private var finishTimer: Scheduled<Void>?
    private var timer: ConnectionTimer?

    /// Makes a connection that starts its handshake when it is put into a channel.
    ///
    /// - Throws: ``RedisError`` `.protocolViolation` when there is no memory for a reader.
    init(
        owner: any RedisConnectionOwner, limits: ConnectionLimits, loop: NIOIsolatedEventLoop, firstNumber: UInt64
    ) throws(RedisError) {
        reader = try ReplyReader(maximumReplyBytes: limits.maximumReplyBytes)
        pipeline = CommandPipeline(firstNumber: firstNumber)
        self.owner = owner
        self.limits = limits
        self.loop = loop
    }

    /// Gives out the number of a command about to be sent; see ``giveUp(_:)``.
    func takeNumber() -> UInt64 { pipeline.takeNumber() }

    /// Appends a command under the number taken for it last, or all commands of a batch; the
    /// replies, or the reason there are none, resume the caller.
    func send<Frame: WireFrame>(
        _ frame: Frame, number: UInt64, asked: NIODeadline, deadline: NIODeadline,
        continuation: ReplyContinuation<Frame.Reply>
    ) {
        if let refusal = pipeline.refusal(replyCount: frame.replyCount, byteCount: frame.sizeEstimate, limits) {
            return continuation.resume(returning: .failure(refusal))
        }
        append(frame, for: Frame.receiver(continuation), number: number, asked: asked, deadline: deadline)
    }

    /// Resumes a cancelled caller at once; its place stays, so that the reply still to come meets no one else.
    func giveUp(_ number: UInt64) {
        pipeline.queue.giveUp(number)?.fail(RedisError(.cancelled, wasSent: true))
        closeIfFinished()
    }

    /// Closes the connection and fails everyone who waits.
    func close(_ error: RedisError) {
        guard !isClosed else { return }
        isClosed = true
        timer?.cancel()
        timer = nil
        finishTimer?.cancel()
        for (number, receiver) in pipeline.queue.removeAll() {
            receiver.fail(error.with(wasSent: number < pipeline.sentThrough))
        }
        gathered = []
        pipeline.outgoing = ByteBuffer()
        context?.close(promise: nil)
        owner?.connectionClosed(self, error: error)
    }

    /// Closes when nobody waits for a reply any more, or at a deadline; takes no more commands.
    func finish(by deadline: NIODeadline, _ error: RedisError) {
        guard deadline > .now() else { return close(error) }
        finishError = error
        finishTimer?.cancel()
        finishTimer = loop.scheduleTask(deadline: deadline) { self.close(error) }
        closeIfFinished()
    }

    func closeIfFinished() {
        guard let finishError, pipeline.queue.earliestDeadline == nil else { return }
        close(finishError)
    }

    private func append(
        _ frame: some WireFrame, for receiver: ReplyReceiver, number: UInt64, asked: NIODeadline, deadline: NIODeadline
    ) {
        let isFirst = pipeline.append(
            frame, for: receiver, number: number, asked: asked, deadline: deadline, limits)
        timer?.arm(at: deadline)
        if isFirst { loop.execute { self.flush() } }
    }

    /// Gives a place to a command whose bytes are in the pipeline already; see ``CommandPipeline``.
    func enqueue(
        _ receiver: ReplyReceiver, replyCount: Int, ticket: UInt64, asked: NIODeadline, deadline: NIODeadline
    ) {
        pipeline.enqueue(
            receiver, number: takeNumber(), replyCount: replyCount, ticket: ticket, asked: asked, deadline: deadline,
            limits)
        timer?.arm(at: deadline)
    }

    func flush() {
        pipeline.flushBegan()
        // What an unwritable channel is not given stays in the pipeline, where it is counted.
        guard !isClosed, let context, pipeline.outgoing.readableBytes > 0, context.channel.isWritable else { return }
        // Taken before the write: one over the watermark makes the channel unwritable and writable again inside this
        // call, which flushes, and what still stood there would be sent twice.
        let bytes = pipeline.takeBytes()
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        pipeline.giveBack(bytes)
    }
}

extension RedisConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard !isClosed else { return context.close(promise: nil) }
        timer = ConnectionTimer(loop: loop) { [weak self] in self?.timerFired() }
        let now = NIODeadline.now()
        for (step, command) in limits.handshake {
            append(
                command, for: .handshake(step), number: takeNumber(), asked: now, deadline: now + limits.connectTimeout)
        }
        flush()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosed else { return }
        let failure = unwrapInboundIn(data).withUnsafeReadableBytes { bytes -> RedisError? in
            do throws(RedisError) {
                try reader.read(bytes) { reply in
                    receive(reply)
                    return !isClosed
                }
                return nil
            } catch {
                return error
            }
        }
        wakeAnswered()
        if let failure { close(failure) }
        closeIfFinished()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        flush()
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        close(RedisError(.connectionLost, wasSent: true, detail: .closedByServer))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(RedisError(.connectionLost, wasSent: true, underlying: error))
    }
}

extension RedisConnection {
    private func receive(_ reply: RedisValue) {
        guard let place = pipeline.queue.takeReply() else { return receiveSurplus(reply) }
        switch place.receiver {
        case .caller(let continuation) where place.ticket == 0: resume(continuation, with: reply)
        case .caller(let continuation): answered.append((continuation, reply))
        case .batch(let continuation): return gather(reply, for: continuation, awaiting: Int(place.replyCount))
        case .handshake(let step): receive(reply, for: step)
        case .healthCheck: break
        // Perhaps a batch that was given up when some of its replies were there.
        case nil: gathered = []
        }
        reconnectIfCalledFor(by: reply)
    }

    /// Keeps the replies of a batch until all are there; also those after an error, so that each outcome is known.
    private func gather(_ reply: RedisValue, for continuation: ReplyContinuation<[RedisValue]>, awaiting rest: Int) {
        if gathered.isEmpty { gathered.reserveCapacity(rest + 1) }
        gathered.append(reply)
        guard rest == 0 else { return }
        var replies: [RedisValue] = []
        swap(&replies, &gathered)
        continuation.resume(returning: .success(replies))
        for reply in replies where !isClosed { reconnectIfCalledFor(by: reply) }
    }

    private func reconnectIfCalledFor(by reply: RedisValue) {
        if case .error(let error) = reply, error.callsForReconnect {
            close(RedisError(.connectionLost, wasSent: true, serverError: error, detail: .serverAsksElsewhere))
        }
    }

    /// Resumes the callers from elsewhere, one right after the other: Swift's threads fall asleep between two that come
    /// one by one, and waking them costs more than the whole command.
    private func wakeAnswered() {
        guard !answered.isEmpty else { return }
        for (continuation, reply) in answered { resume(continuation, with: reply) }
        answered.removeAll(keepingCapacity: answered.capacity <= ConnectionLimits.keptListCapacity)
    }

    private func resume(_ continuation: ReplyContinuation<RedisValue>, with reply: RedisValue) {
        if case .error(let error) = reply {
            continuation.resume(returning: .failure(.server(error)))
        } else {
            continuation.resume(returning: .success(reply))
        }
    }

    private func receive(_ reply: RedisValue, for step: HandshakeStep) {
        if let failure = step.failure(of: reply) { return close(failure) }
        guard step == .ping else { return }
        isReady = true
        timer?.arm(at: pipeline.lastAppend + limits.healthCheckInterval)
        owner?.connectionReady(self)
    }

    /// A server that turns a client away says so before it was asked anything.
    private func receiveSurplus(_ reply: RedisValue) {
        if case .error(let error) = reply {
            close(RedisError(.connectionLost, wasSent: true, serverError: error, detail: .closedByServer))
        } else {
            close(.protocolViolation(.surplusReply))
        }
    }

    /// Gives up what is late, closes what is stalled, checks what is idle, and sets the next time to look.
    private func timerFired() {
        guard !isClosed else { return }
        let now = NIODeadline.now()
        for receiver in pipeline.queue.giveUpExpired(at: now) {
            guard !receiver.fail(RedisError(.timeout, wasSent: true)) else { continue }
            // The connection's own question went unanswered: the peer is gone, though TCP may not know for long.
            close(RedisError(.connectionLost, wasSent: true, detail: .stalled))
        }
        if let stall = pipeline.queue.stallDeadline, stall <= now {
            close(RedisError(.connectionLost, wasSent: true, detail: .stalled))
        }
        closeIfFinished()
        guard !isClosed else { return }
        if isReady, pipeline.queue.isEmpty, pipeline.lastAppend + limits.healthCheckInterval <= now {
            append(
                RedisCommand("PING"), for: .healthCheck, number: takeNumber(), asked: now,
                deadline: now + limits.commandTimeout)
        }
        let idle = isReady ? pipeline.lastAppend + limits.healthCheckInterval : nil
        let queue = pipeline.queue
        let next = [queue.earliestDeadline, queue.stallDeadline, queue.isEmpty ? idle : nil].compactMap(\.self).min()
        timer?.arm(at: next ?? now + limits.healthCheckInterval)
    }
}

import NIOCore

/// Hears what happens on a connection that subscribed, on its event loop.
protocol SubscribedConnectionOwner: AnyObject {
    /// The handshake is done; commands may be sent.
    func connectionReady(_ connection: SubscribedConnection)

    /// The connection is of no more use; said once, before its channel is closed.
    func connectionClosed(_ connection: SubscribedConnection, error: RedisError)

    /// The server sent something by itself.
    func connection(_ connection: SubscribedConnection, received push: SubscriptionPush)

    /// The server gave a sign of life: everything it sent before the question came has been heard.
    func connection(_ connection: SubscribedConnection, heardPongOfPingSentAt sent: CacheInstant)
}

/// One connection in RESP2's subscribed mode, where what the server sends by itself stands between the replies.
///
/// Lives on one event loop, from handshake to close, and is never used again after that. The server is asked for a sign
/// of life at every heartbeat; a question of two heartbeats' age without an answer ends the connection, so that a
/// dead peer is noticed after three at the latest.
final class SubscribedConnection {
    private enum Question {
        case handshake(HandshakeStep)
        case ping(CacheInstant)
        case command((RedisValue) -> Void)
    }

    private let limits: ConnectionLimits
    private let heartbeat: TimeAmount
    private let loop: NIOIsolatedEventLoop
    private let reader: ReplyReader
    private weak var owner: (any SubscribedConnectionOwner)?
    private var context: ChannelHandlerContext?
    private var questions = CircularBuffer<(question: Question, asked: NIODeadline)>()
    private var isFlushScheduled = false
    private var isClosed = false
    private var timer: Scheduled<Void>?

    /// Makes a connection that starts its handshake when it is put into a channel.
    ///
    /// - Throws: ``RedisError`` `.protocolViolation` when there is no memory for a reader.
    init(
        owner: any SubscribedConnectionOwner, limits: ConnectionLimits, heartbeat: TimeAmount,
        loop: NIOIsolatedEventLoop
    ) throws(RedisError) {
        reader = try ReplyReader(maximumReplyBytes: limits.maximumReplyBytes)
        self.owner = owner
        self.limits = limits
        self.heartbeat = heartbeat
        self.loop = loop
    }

    /// Sends a command of one reply; the closure takes it, unless the connection ends before.
    func send(_ command: RedisCommand, then receive: @escaping (RedisValue) -> Void) {
        guard !isClosed else { return }
        ask(command, .command(receive))
    }

    /// Ends the connection.
    func close(_ error: RedisError) {
        guard !isClosed else { return }
        isClosed = true
        timer?.cancel()
        timer = nil
        questions.removeAll()
        // First: whoever relies on the stream must stop before anything else happens.
        owner?.connectionClosed(self, error: error)
        context?.close(promise: nil)
    }

    private func ask(_ command: RedisCommand, _ question: Question) {
        guard let context else { return }
        var frame = context.channel.allocator.buffer(capacity: command.sizeEstimate)
        command.write(to: &frame)
        questions.append((question, .now()))
        context.write(wrapOutboundOut(frame), promise: nil)
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        loop.execute {
            self.isFlushScheduled = false
            self.context?.flush()
        }
    }

    private func scheduleBeat() {
        timer = loop.scheduleTask(in: heartbeat) { [weak self] in self?.beat() }
    }

    private func beat() {
        guard !isClosed else { return }
        if let oldest = questions.first, oldest.asked + heartbeat * 2 <= .now() {
            return close(RedisError(.connectionLost, wasSent: true, detail: .stalled))
        }
        ask(RedisCommand("PING"), .ping(.now()))
        scheduleBeat()
    }
}

extension SubscribedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard !isClosed else { return context.close(promise: nil) }
        for (step, command) in limits.handshake { ask(command, .handshake(step)) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosed else { return }
        let failure = unwrapInboundIn(data).withUnsafeReadableBytes { bytes -> RedisError? in
            do throws(RedisError) {
                try reader.read(bytes) { value in
                    receive(value)
                    return !isClosed
                }
                return nil
            } catch {
                return error
            }
        }
        if let failure { close(failure) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        close(RedisError(.connectionLost, wasSent: true, detail: .closedByServer))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(RedisError(.connectionLost, wasSent: true, underlying: error))
    }
}

extension SubscribedConnection {
    private func receive(_ value: RedisValue) {
        if let push = SubscriptionPush(value) {
            owner?.connection(self, received: push)
            return
        }
        guard let (question, _) = questions.popFirst() else { return receiveSurplus(value) }
        switch question {
        case .handshake(let step): receive(value, for: step)
        case .ping(let sent):
            guard value.isPong else { return close(.unexpectedReply(value, expected: "answer to PING")) }
            owner?.connection(self, heardPongOfPingSentAt: sent)
        case .command(let receive): receive(value)
        }
    }

    private func receive(_ value: RedisValue, for step: HandshakeStep) {
        if let failure = step.failure(of: value) { return close(failure) }
        guard step == .ping else { return }
        scheduleBeat()
        owner?.connectionReady(self)
    }

    /// A server that turns a client away says so before it was asked anything.
    private func receiveSurplus(_ value: RedisValue) {
        if case .error(let error) = value {
            close(RedisError(.connectionLost, wasSent: true, serverError: error, detail: .closedByServer))
        } else {
            close(.protocolViolation(.surplusReply))
        }
    }
}

extension RedisValue {
    /// Whether this answers PING: with one word, or with an array after a subscription.
    ///
    /// An error counts as well: a server that is loading, or does not allow PING, lives.
    fileprivate var isPong: Bool {
        switch self {
        case .simpleString, .error: true
        case .array(let elements): if case .bulk(let word)? = elements.first { word.holds("pong") } else { false }
        case .null, .integer, .bulk: false
        }
    }
}

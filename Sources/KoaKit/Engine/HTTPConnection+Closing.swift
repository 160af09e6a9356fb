import Glibc
import NIOCore
import NIOHTTP1

/// How a connection ends: by its deadlines, by the client, by the server's stop, and cleanly after its last reply.
extension HTTPConnection {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { setDeadline(after: limits.idle) }
    }

    func channelActive(context: ChannelHandlerContext) {
        setDeadline(after: limits.idle)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            isInputClosed = true
            if life == .open, exchange == nil, waiting.isEmpty { closeCleanly() }
            if life == .lingering, isOutputClosed { close() }
        } else if event is ChannelShouldQuiesceEvent {
            stop()
        }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: Deadlines

    func setDeadline(after duration: Duration) {
        deadlines.set(.now() + TimeAmount(duration), on: loop, handler: DeadlineHandler(self))
    }

    private func timerFired() {
        let period = TimeAmount(limits.request)
        if deadlines.hasPassed(period: period, on: loop, handler: DeadlineHandler(self)) { deadlinePassed() }
    }

    private func deadlinePassed() {
        guard life == .open else { return closeUnlessDraining(checkingAfter: limits.linger) }
        guard let exchange else {
            // An idle connection just ends; a request that never got its head together is told.
            return isReceivingHead
                ? refuse(.requestTimeout(after: limits.request)) : closeUnlessDraining(checkingAfter: limits.idle)
        }
        // Answered, but its body does not end: the client may not have come to read the reply yet.
        guard !exchange.isReplied else { return closeCleanly() }
        let isReading = !exchange.isReceived && exchange.body?.wasAsked == true
        exchange.task?.cancel()
        reply(with: isReading ? .requestTimeout(after: limits.request) : .handlerTimeout(after: limits.request))
    }

    /// A deadline is for a client that stands still: one that takes a long reply slowly gets all of it.
    private func closeUnlessDraining(checkingAfter period: Duration) {
        if unsent.shrinks(to: bufferedBytes) { setDeadline(after: period) } else { close() }
    }

    /// What is written and not yet taken by the socket.
    private var bufferedBytes: Int {
        (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// What the timer holds: the connection, entered on its own loop.
    private struct DeadlineHandler: NIOScheduledCallbackHandler, Sendable {
        let connection: NIOLoopBound<HTTPConnection>

        init(_ connection: HTTPConnection) {
            self.connection = NIOLoopBound(connection, eventLoop: connection.loop)
        }

        func handleScheduledCallback(eventLoop: some EventLoop) {
            connection.value.timerFired()
        }
    }

    // MARK: Ends

    /// The server is stopping: an idle connection ends now, a busy one with its last reply, none after the grace.
    private func stop() {
        isStopping = true
        let isIdle = life == .open && exchange == nil && !isReceivingHead && waiting.isEmpty
        if isIdle, bufferedBytes == 0 { return close() }
        if isIdle { closeCleanly() }
        deadlines.bound(by: .now() + TimeAmount(limits.shutdown), on: loop, handler: DeadlineHandler(self))
    }

    /// Sends what is left, closes our side and reads on until the client closes its own.
    ///
    /// A socket that is closed with unread bytes in it sends a reset, and a reset may overtake the reply.
    func closeCleanly() {
        guard life == .open else { return }
        life = .lingering
        exchange?.task?.cancel()
        exchange = nil
        waiting.removeAll()
        flush()
        guard let context else { return close() }
        unsent = UnsentBytes()
        setDeadline(after: limits.linger)
        let isSent = context.eventLoop.makePromise(of: Void.self)
        isSent.futureResult.assumeIsolated().whenComplete { [self] _ in
            isOutputClosed = true
            if isInputClosed { close() }
        }
        // Half a close waits for what is still to be written; a whole one, which NIO makes of it once the client has
        // closed its side, would drop it.
        if isInputClosed {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: isSent)
        } else {
            context.close(mode: .output, promise: isSent)
            resumeReading()
        }
    }

    /// Sends `bytes` as they are and cuts the connection; without bytes, by a reset.
    func cut(sending bytes: String) {
        output.writeString(bytes)
        guard bytes.isEmpty, let context else {
            // Nothing more is read: the client's end or the deadline does not come before the last byte.
            isInputClosed = true
            return closeCleanly()
        }
        flush()
        if let socket = context.channel as? any SocketOptionProvider {
            _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        close()
    }

    func close() {
        end()
        context?.close(promise: nil)
    }

    private func end() {
        guard life != .closed else { return }
        life = .closed
        deadlines.cancel()
        exchange?.task?.cancel()
        exchange?.body?.fail(HTTPError(400, "the client closed the connection", reason: .malformedBody))
        exchange?.body?.discard()
        exchange = nil
        waiting.removeAll()
    }
}

extension HTTPError {
    fileprivate static func requestTimeout(after limit: Duration) -> HTTPError {
        HTTPError(408, "the request did not arrive within \(limit)", reason: .requestTimeout)
    }

    fileprivate static func handlerTimeout(after limit: Duration) -> HTTPError {
        HTTPError(503, "no answer within \(limit)", reason: .handlerTimeout)
    }

    static let ambiguousRequest = HTTPError(
        400, "the request is ambiguous: its length, its host or its target", reason: .malformedBody)

    static let forbiddenTrailer = HTTPError(
        400, "a field after the body must not say how to read the message", reason: .malformedBody)

    /// What a client is told of bytes that are not HTTP, or past a limit.
    init(refusing error: any Error) {
        if error as? HTTPParserError == .headerOverflow {
            self.init(431, "the header block is over its limit", reason: .payloadTooLarge)
        } else if error is RequestDecoder.Refusal {
            self.init(501, "the method is not known here", isExposed: true, reason: .malformedBody)
        } else {
            self.init(400, "the request is not well-formed HTTP", reason: .malformedBody)
        }
    }
}

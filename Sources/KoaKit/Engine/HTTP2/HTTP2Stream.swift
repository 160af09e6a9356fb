import NIOCore
import NIOHPACK
import NIOHTTP1
import NIOHTTP2

/// One HTTP/2 stream: a request, its handler, its reply, and their deadlines.
///
/// Middleware see the same context as on HTTP/1.1. The file holds what the channel tells; `HTTP2Stream+Answering.swift`
/// holds the life of the exchange.
final class HTTP2Stream: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundIn = Never
    typealias OutboundOut = HTTP2Frame.FramePayload

    enum Phase {
        /// The head has not come.
        case idle
        /// The middleware run.
        case working
        /// The producer of the reply runs.
        case streaming(StreamedReply)
        /// The last byte of the reply is written.
        case replied
        case closed
    }

    let service: HTTP2Service
    let loop: any EventLoop
    var context: ChannelHandlerContext?
    var phase = Phase.idle
    var task: Task<Void, Never>?
    /// Nil when the request has no body.
    var body: RequestBodyStream?
    var isHead = false
    /// Whether the client waits for 100 before it sends the body.
    var awaitsContinue = false
    var isReceived = false
    private var isReadHeld = false
    var isWritable = true
    /// The head of a streamed reply until its first byte.
    var pendingHead: Reply?
    /// Whether a streamed reply has failed and its error become the reply.
    var hasFailed = false
    /// What the handler was stopped for, until it has unwound.
    var overdue: HTTPError?
    var began = NIODeadline.distantPast
    /// When the handler had all that it waits for.
    var workBegan = NIODeadline.distantPast
    /// What the request's context sees of this stream.
    var replies: ReplyChannel?
    /// The head that a handler sent early.
    var flushedHead: Reply?
    /// Writes that the connection has not taken, and how many it ever took.
    var pendingWrites = 0
    var takenWrites = 0
    var takenWritesAtDeadline = 0
    var connectionWritesAtDeadline = 0
    var deadlines = ConnectionDeadlines()

    init(_ service: HTTP2Service, loop: any EventLoop) {
        self.service = service
        self.loop = loop
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let block):
            if case .idle = phase {
                start(block.headers, isWhole: block.endStream)
            } else {
                trailersCame(block.headers)
            }
        case .data(let part):
            if case .byteBuffer(var bytes) = part.data { body?.receive(&bytes) }
            if part.endStream { bodyEnded() }
        default: break
        }
    }

    /// Reading stops while there is more to hand over than fits: the stream's window does the rest.
    func read(context: ChannelHandlerContext) {
        if body?.hasRoom == false { isReadHeld = true } else { context.read() }
    }

    func resumeReading() {
        guard isReadHeld, let context else { return }
        isReadHeld = false
        read(context: context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable, case .streaming(let streamed) = phase {
            armDeadline()
            streamed.roomCame()
        }
        context.fireChannelWritabilityChanged()
    }

    /// The client has reset the stream, or sent on it what it must not.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    /// Whether the head of the reply has left while the handler or its producer runs.
    private var hasSentHead: Bool {
        if case .streaming = phase { pendingHead == nil } else { flushedHead != nil }
    }

    // MARK: The body

    private func trailersCame(_ trailers: HPACKHeaders) {
        if MessageFraming.areAllowed(trailers: HTTPHeaders(trailers.map { ($0.name, $0.value) })) {
            bodyEnded()
        } else {
            isReceived = true
            body?.fail(HTTPError.forbiddenTrailer)
        }
    }

    private func bodyEnded() {
        isReceived = true
        body?.finish()
        guard case .working = phase, body?.wasAsked == true else { return }
        workBegan = .now()
        armDeadline()
    }

    func bodyWasAsked() {
        switch phase {
        case .working, .streaming: break
        case .idle, .replied, .closed: return
        }
        if awaitsContinue {
            awaitsContinue = false
            // Nobody may be told so behind the head of the reply.
            if !hasSentHead {
                write(.headers(.init(headers: [":status": "100"])))
                context?.flush()
            }
        }
        if !isReceived { armDeadline() }
        resumeReading()
    }

    // MARK: The end

    /// Resets the stream, unless it is over.
    func reset(_ reason: HTTP2ErrorCode) {
        if case .closed = phase { return }
        guard let context, context.channel.isActive else { return close() }
        // First, since it fails the writes that are waiting.
        end()
        context.writeAndFlush(wrapOutboundOut(.rstStream(reason)), promise: nil)
    }

    func close() {
        end()
        context?.close(promise: nil)
    }

    private func end() {
        if case .closed = phase { return }
        let last = phase
        phase = .closed
        deadlines.cancel()
        task?.cancel()
        task = nil
        body?.fail(HTTPError(400, "the client closed the stream", reason: .malformedBody))
        body?.discard()
        if case .streaming(let streamed) = last { streamed.fail(CancellationError()) }
    }

    /// Writes a frame and counts it until the connection has taken it.
    func write(_ payload: HTTP2Frame.FramePayload, then whenTaken: (() -> Void)? = nil) {
        guard let context else { return }
        pendingWrites += 1
        let isTaken = loop.makePromise(of: Void.self)
        isTaken.futureResult.assumeIsolated().whenComplete { [self] result in
            pendingWrites -= 1
            takenWrites += 1
            switch result {
            case .success:
                service.takenWrites &+= 1
                whenTaken?()
            // A field that HTTP/2 does not take, or a stream that is gone: there is nothing more to say on it.
            case .failure: reset(.internalError)
            }
        }
        context.write(wrapOutboundOut(payload), promise: isTaken)
    }
}

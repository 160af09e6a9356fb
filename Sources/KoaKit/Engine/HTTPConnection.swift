import NIOCore
import NIOHTTP1

/// One HTTP/1 connection: starts a task for each request, writes the replies in order, keeps the deadlines.
///
/// It stands behind NIO's `HTTPRequestDecoder` and belongs to its channel's event loop. A request's task runs on the
/// same loop, so the handler up to its first suspension runs inside `channelRead`.
///
/// The file holds the life of an exchange; `HTTPConnection+Closing.swift` holds how a connection ends.
final class HTTPConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// What arrived while an earlier request was being answered.
    enum Waiting {
        case part(HTTPServerRequestPart)
        case failure(HTTPError)
    }

    enum Life {
        /// Between requests, or in one.
        case open
        /// The last reply is out; the client may still be sending, and reads the reply before it closes.
        case lingering
        case closed
    }

    /// How much is gathered for one write, and how large a buffer is kept for the next.
    static let bufferSize = 65_536

    let responder: Responder
    let limits: HTTPLimits
    private let executor: EventLoopTaskExecutor
    private let admission: Admission
    private let isSecure: Bool
    private let progress: DecodingProgress
    let loop: any EventLoop
    var context: ChannelHandlerContext?
    /// What the requests of this connection are told of it.
    private lazy var info = ConnectionInfo(
        remoteAddress: context?.remoteAddress?.ipAddress, isSecure: isSecure)
    var life = Life.open
    var exchange: Exchange?
    private var lastExchangeID: UInt64 = 0
    var waiting = CircularBuffer<Waiting>()
    private var renderer = ReplyRenderer()
    private var writer: ReplyWriter
    var output = ByteBuffer()
    private var isReading = false
    private var sawPartThisRead = false
    private var isReadHeld = false
    /// What the channel said last: asking it costs more than all else in a read.
    private var isWritable = true
    private var isAdvancing = false
    /// Whether the server is stopping: the reply to the last request that arrived says `Connection: close`.
    var isStopping = false
    /// Whether the client has finished sending.
    var isInputClosed = false
    /// Whether all that this side had to say has left.
    var isOutputClosed = false
    var unsent = UnsentBytes()
    private var hasFailed = false
    var deadlines = ConnectionDeadlines()
    /// Whether a request's first bytes have arrived and its head has not.
    var isReceivingHead = false

    init(
        responder: Responder,
        limits: HTTPLimits,
        executor: EventLoopTaskExecutor,
        loop: any EventLoop,
        date: DateField,
        admission: Admission,
        isSecure: Bool,
        progress: DecodingProgress
    ) {
        self.responder = responder
        self.limits = limits
        self.executor = executor
        self.loop = loop
        self.admission = admission
        self.isSecure = isSecure
        self.progress = progress
        writer = ReplyWriter(date: date)
    }

    // MARK: Bytes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard life == .open else { return }
        isReading = true
        sawPartThisRead = true
        let part = unwrapInboundIn(data)
        progress.note(part)
        // A client that does not read its replies has no new request started, so that they do not pile up here.
        if !waiting.isEmpty || (exchange.map(\.isReceived) ?? !isWritable) {
            waiting.append(.part(part))
        } else {
            receive(part)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if life == .open, exchange == nil, !sawPartThisRead, !isReceivingHead {
            isReceivingHead = true
            setDeadline(after: limits.request)
        }
        isReading = false
        sawPartThisRead = false
        flush()
        context.fireChannelReadComplete()
    }

    /// Reading stops while there is more to answer or to hand over than fits: the client's window does the rest.
    func read(context: ChannelHandlerContext) {
        if life == .open, !waiting.isEmpty || !(exchange?.body?.hasRoom ?? true) || !isWritable {
            isReadHeld = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable { advance() }
        context.fireChannelWritabilityChanged()
    }

    func resumeReading() {
        guard isReadHeld, let context else { return }
        isReadHeld = false
        read(context: context)
    }

    // MARK: One exchange

    private func receive(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): start(head)
        case .body(var bytes):
            exchange?.receivedBytes += bytes.readableBytes
            exchange?.body?.receive(&bytes)
            if exchange?.discardsTooMuch(limit: limits.discardedBody) == true { closeCleanly() }
        case .end(let trailers):
            if let trailers, !MessageFraming.areAllowed(trailers: trailers) { return fail(with: .forbiddenTrailer) }
            exchange?.isReceived = true
            exchange?.body?.finish()
            if exchange?.isReplied == true { advance() }
        }
    }

    private func start(_ received: HTTPRequestHead) {
        var head = received
        lastExchangeID &+= 1
        let id = lastExchangeID
        let framing = MessageFraming(head)
        let isTargetValid = RequestTarget.apply(to: &head)
        let body = framing.hasBody ? RequestBodyStream(loop: loop) : nil
        exchange = Exchange(id: id, head: head, framing: framing, body: body)
        // The request's time began with its first byte if the head came in pieces.
        if isReceivingHead { isReceivingHead = false } else { setDeadline(after: limits.request) }

        guard framing.isUnambiguous, isTargetValid else { return reply(with: .ambiguousRequest) }
        guard head.uri.utf8.count <= limits.target else {
            let error = HTTPError(
                414, "the request target is longer than \(limits.target) bytes", reason: .payloadTooLarge)
            return reply(with: error)
        }
        guard admission.admitsRequest() else { return shed() }
        let connection = NIOLoopBound(self, eventLoop: loop)
        body?.onDemand = { connection.value.bodyWasAsked(of: id) }
        let (responder, admission, info) = (responder, admission, info)
        let task = Task.immediateDetached(executorPreference: executor) {
            let context = responder.makeContext(
                for: head, content: body.map(RequestContent.streamed) ?? .empty, connection: info)
            await responder.respond(to: context)
            admission.requestEnded()
            connection.value.finish(id, context)
        }
        // A task that suspended is kept, to be cancelled if the client goes away.
        if exchange?.id == id, exchange?.isReplied == false { exchange?.task = task }
    }

    private func bodyWasAsked(of id: UInt64) {
        guard exchange?.id == id, exchange?.isReplied == false else { return }
        if exchange?.awaitsContinue == true {
            exchange?.awaitsContinue = false
            output.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
            flushUnlessReading()
        }
        resumeReading()
    }

    private func finish(_ id: UInt64, _ context: Context) {
        // A request that was answered in its handler's place, by a deadline, is no longer the current one.
        guard exchange?.id == id, exchange?.isReplied == false, life == .open else { return }
        if let disconnection = context.response.disconnection { return cut(sending: disconnection.bytes) }
        reply(with: context)
    }

    /// Answers the current request with an error that no handler made.
    func reply(with error: HTTPError) {
        exchange?.keepsAlive = false
        let context = responder.makeContext(
            for: HTTPRequestHead(version: .http1_1, method: .GET, uri: "/"), content: .empty, connection: info)
        responder.fail(context, with: error)
        reply(with: context)
    }

    /// Answers the current request before any work is done for it; the connection stays, since a new one costs more.
    private func shed() {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        let context = responder.makeContext(for: head, content: .empty, connection: info)
        responder.shape(context, with: admission.refusal)
        reply(with: context)
    }

    private func reply(with context: Context) {
        guard let exchange else { return }
        exchange.isReplied = true
        exchange.task = nil
        // Without a body, only the request's own end can be waiting.
        let isWhole = exchange.isReceived ? waiting.isEmpty : exchange.body == nil && waiting.count <= 1
        let isLast = (isStopping || isInputClosed) && isWhole
        // No client can tell where a final reply below 200 ends: it takes it for an interim one.
        exchange.keepsAlive =
            exchange.keepsAlive && !isLast && context.response.status >= 200
            && exchange.canDiscardRest(upTo: limits.discardedBody)
        exchange.body?.discard()
        guard let rendered = render(context, isHead: exchange.isHead) else { return cut(sending: "") }
        let framing = ReplyWriter.Framing(rendered, keepsAlive: exchange.keepsAlive, isHTTP10: exchange.isHTTP10)
        exchange.keepsAlive = framing.keepsAlive
        writer.write(rendered, framing, to: &output)
        flushUnlessReading()
        advance()
    }

    /// The reply as it is sent; nil if not even the error that it failed with can be rendered.
    private func render(_ context: Context, isHead: Bool) -> Reply? {
        do {
            return try renderer.render(context.response, isHead: isHead)
        } catch {
            responder.fail(context, with: error)
            // What stands there now is the error shaper's.
            return try? renderer.render(context.response, isHead: isHead)
        }
    }

    /// Goes on to the next request once the current one is answered and received whole.
    private func advance() {
        guard !isAdvancing, life == .open else { return }
        isAdvancing = true
        defer { isAdvancing = false }
        while life == .open {
            if let exchange {
                if exchange.isReplied, !exchange.keepsAlive { return closeCleanly() }
                // Before the end of a request comes the rest of its body, whether it is answered or not.
                if exchange.isReceived {
                    guard exchange.isReplied else { break }
                    self.exchange = nil
                    unsent = UnsentBytes()
                    setDeadline(after: limits.idle)
                }
            }
            guard exchange != nil || isWritable, let next = waiting.popFirst() else { break }
            switch next {
            case .part(let part): receive(part)
            case .failure(let refusal): fail(with: refusal)
            }
        }
        if life == .open, exchange == nil, waiting.isEmpty, isInputClosed || isStopping { closeCleanly() }
        resumeReading()
    }

    // MARK: Bad requests

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // After a parse error the decoder complains of every further byte: the client is still being read to its end.
        if error is ByteToMessageDecoderError { return }
        guard error is HTTPParserError || error is RequestDecoder.Refusal else {
            // The socket broke: nobody is there to answer.
            return close()
        }
        guard !hasFailed, life == .open else { return }
        hasFailed = true
        let refusal = HTTPError(refusing: error)
        if !waiting.isEmpty || exchange?.isReceived == true {
            waiting.append(.failure(refusal))
        } else {
            fail(with: refusal)
        }
    }

    private func fail(with refusal: HTTPError) {
        guard let exchange else { return refuse(refusal) }
        // The body of the current request is what is broken.
        self.exchange?.keepsAlive = false
        self.exchange?.isReceived = true
        exchange.body?.fail(refusal)
        if exchange.isReplied { closeCleanly() }
    }

    func refuse(_ error: HTTPError) {
        lastExchangeID &+= 1
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        exchange = Exchange(id: lastExchangeID, head: head, framing: MessageFraming(head), body: nil)
        reply(with: error)
    }

    // MARK: Bytes out

    /// Replies that are made within one read leave together, up to a size that a small request cannot multiply.
    private func flushUnlessReading() {
        if !isReading || output.readableBytes >= Self.bufferSize { flush() }
    }

    func flush() {
        guard output.readableBytes > 0, let context else { return }
        // Taken before the write: one that makes room lets the next reply be made, and flushed, inside this call.
        var bytes = ByteBuffer()
        swap(&bytes, &output)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        // Reuses the storage if the write is through, and takes a new one if it is not. A large one is not kept.
        guard output.readableBytes == 0, bytes.capacity <= Self.bufferSize else { return }
        bytes.clear()
        output = bytes
    }
}

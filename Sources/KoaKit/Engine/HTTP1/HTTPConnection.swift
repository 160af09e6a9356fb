import NIOCore
import NIOHTTP1

/// One HTTP/1 connection: starts a task for each request, writes the replies in order, keeps the deadlines.
///
/// It stands behind a ``RequestDecoder`` and belongs to its channel's event loop. A request's task runs on the same loop,
/// so the handler up to its first suspension runs inside `channelRead`.
///
/// The file holds what a connection is and what the channel tells it. What it does about that:
/// - `+Reading`: takes requests apart, and stops to read while there is enough to do;
/// - `+Answering`: runs the handler, replies, goes on to the next request;
/// - `+Streaming`: sends a body while it is made;
/// - `+Output`: gathers bytes for one write;
/// - `+Deadlines`: what happens when the client or the handler stands still;
/// - `+Closing`: how a connection ends.
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

    let responder: Responder
    let limits: HTTPLimits
    let periods: Periods
    let executor: EventLoopTaskExecutor
    let admission: Admission
    private let isSecure: Bool
    let loop: any EventLoop
    var context: ChannelHandlerContext?
    /// What the requests of this connection are told of it.
    lazy var info = ConnectionInfo(
        remoteAddress: context?.remoteAddress?.ipAddress,
        isSecure: isSecure,
        version: .http1_1,
        replies: ReplyChannel(self, loop: loop)
    )

    // The request that is being answered, and what came after it.
    var life = Life.open
    var exchange: Exchange?
    var lastExchangeID: UInt64 = 0
    var waiting = CircularBuffer<Waiting>()
    var isAdvancing = false
    /// Whether the server is stopping: the reply to the last request that arrived says `Connection: close`.
    var isStopping = false

    // Reading.
    let decoding: DecodingProgress
    var arrival = Arrival()
    /// Whether the client has finished sending.
    var isInputClosed = false
    /// Whether the client has sent what is not HTTP.
    var hasFailed = false

    // Writing.
    let memory: ReplyMemory
    var renderer: ReplyRenderer
    let writer: ReplyWriter
    /// Lent by ``memory`` while there is something in it.
    var output = ByteBuffer()
    var isFlushScheduled = false
    /// What the channel said last: asking it costs more than all else in a read.
    var isWritable = true
    /// Whether all that this side had to say has left.
    var isOutputClosed = false
    var progress = WriteProgress()

    var deadlines = ConnectionDeadlines()

    init(
        responder: Responder,
        limits: HTTPLimits,
        executor: EventLoopTaskExecutor,
        loop: any EventLoop,
        memory: ReplyMemory,
        admission: Admission,
        isSecure: Bool,
        decoding: DecodingProgress
    ) {
        self.responder = responder
        self.limits = limits
        periods = Periods(limits)
        self.executor = executor
        self.loop = loop
        self.decoding = decoding
        self.admission = admission
        self.isSecure = isSecure
        self.memory = memory
        renderer = ReplyRenderer(memory)
        writer = ReplyWriter(memory)
    }

    // MARK: What the channel tells

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { armDeadline() }
    }

    func channelActive(context: ChannelHandlerContext) {
        armDeadline()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if life == .open { partArrived(unwrapInboundIn(data)) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        readEnded()
        context.fireChannelReadComplete()
    }

    /// Reading stops while there is more to answer or to hand over than fits: the client's window does the rest.
    func read(context: ChannelHandlerContext) {
        if isBehind { arrival.isHeld = true } else { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable { clientMadeRoom() }
        context.fireChannelWritabilityChanged()
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

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // After a parse error the decoder complains of every further byte: the client is still being read to its end.
        if error is ByteToMessageDecoderError { return }
        guard error is HTTPParserError || error is RequestDecoder.Refusal else {
            // The socket broke: nobody is there to answer.
            return close()
        }
        if life == .open { parsingFailed(error) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }
}

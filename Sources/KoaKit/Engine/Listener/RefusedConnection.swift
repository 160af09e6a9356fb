import NIOCore
import NIOHTTP1

/// A connection over the cap: told 503 when its request begins to arrive, and closed.
///
/// Nothing is parsed. An answer to nothing would be taken by some clients for a broken connection, so it waits for the
/// first byte.
final class RefusedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let responder: Responder
    private let refusal: HTTPError
    private let linger: TimeAmount
    private var isAnswered = false
    private var deadline: Scheduled<Void>?

    /// Creates the handler; the client has the linger for its first byte and for closing its side, together.
    init(_ responder: Responder, _ refusal: HTTPError, linger: Duration) {
        self.responder = responder
        self.refusal = refusal
        self.linger = TimeAmount(linger)
    }

    func channelActive(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: linger) { context.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isAnswered else { return }
        isAnswered = true
        let isHead = unwrapInboundIn(data).readableBytesView.starts(with: "HEAD ".utf8)
        guard let reply = responder.rendering(of: refusal, toHead: isHead) else { return context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
        // Our side only: a socket that is closed with unread bytes in it sends a reset, which may overtake the reply.
        context.close(mode: .output, promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed || event is ChannelShouldQuiesceEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

import NIOCore
import NIOTLS

/// Waits for the end of a TLS handshake, then adds what serves the protocol that was agreed on, and goes.
///
/// A handshake that fails, takes too long, or is under way when the server stops ends the connection: nothing that it
/// asked for is lost.
final class TLSNegotiation: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let timeout: TimeAmount
    private let addHandlers: (_ channel: any Channel, _ applicationProtocol: String?) throws -> Void
    private var deadline: Scheduled<Void>?

    init(
        timeout: Duration,
        addHandlers: @escaping (_ channel: any Channel, _ applicationProtocol: String?) throws -> Void
    ) {
        self.timeout = TimeAmount(timeout)
        self.addHandlers = addHandlers
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [self] in end(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent || event as? ChannelEvent == .inputClosed { return end(context) }
        guard case .handshakeCompleted(let applicationProtocol)? = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        do {
            try addHandlers(context.channel, applicationProtocol)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            end(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(context)
    }

    /// Without the goodbye of TLS, which a peer that speaks none would not return.
    private func end(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        context.channel.close(promise: nil)
    }
}

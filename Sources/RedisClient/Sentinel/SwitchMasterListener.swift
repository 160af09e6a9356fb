import NIOCore

/// Reads the messages of one Sentinel about one master.
final class SwitchMasterListener {
    private static let channelName = "+switch-master"
    /// A message is a name and two addresses.
    private static let maximumReplyBytes = 64 * 1_024
    private static let pingInterval = TimeAmount.seconds(1)

    private let sentinels: RedisSentinels
    private let loop: NIOIsolatedEventLoop
    private let notify: @Sendable () -> Void
    private let reader: ReplyReader
    private var nextPing: Scheduled<Void>?
    private var unansweredPings = 0

    init(
        _ sentinels: RedisSentinels, loop: NIOIsolatedEventLoop, notify: @escaping @Sendable () -> Void
    ) throws(RedisError) {
        self.sentinels = sentinels
        self.loop = loop
        self.notify = notify
        reader = try ReplyReader(maximumReplyBytes: Self.maximumReplyBytes)
    }

    private func receive(_ reply: RedisValue, context: ChannelHandlerContext) {
        unansweredPings = 0
        switch reply {
        case .error: context.close(promise: nil)
        case .array(let parts):
            let words = parts.map(\.text)
            switch words.first ?? nil {
            // What was said before the subscription went unheard.
            case "subscribe": notify()
            case "message":
                // `<name> <old host> <old port> <new host> <new port>`
                guard let name = words.last??.split(separator: " ").first, name == sentinels.masterName else { return }
                notify()
            default: break
            }
        default: break
        }
    }

    private func ping(_ context: ChannelHandlerContext) {
        guard unansweredPings < 2 else { return context.close(promise: nil) }
        unansweredPings += 1
        write([RedisCommand("PING")], context)
        schedulePing(context)
    }

    private func schedulePing(_ context: ChannelHandlerContext) {
        nextPing = loop.scheduleTask(in: Self.pingInterval) { self.ping(context) }
    }

    private func write(_ commands: [RedisCommand], _ context: ChannelHandlerContext) {
        var bytes = ByteBuffer()
        for command in commands { command.write(to: &bytes) }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }
}

extension SwitchMasterListener: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func handlerAdded(context: ChannelHandlerContext) {
        let subscribe = RedisCommand("SUBSCRIBE", .string(Self.channelName))
        write([sentinels.credentials?.command, subscribe].compactMap(\.self), context)
        schedulePing(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        nextPing?.cancel()
        nextPing = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            try unwrapInboundIn(data).withUnsafeReadableBytes { bytes throws(RedisError) in
                try reader.read(bytes) { reply in
                    receive(reply, context: context)
                    return true
                }
            }
        } catch {
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

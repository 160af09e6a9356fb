import NIOCore

/// A few commands on a channel of their own, which is closed after the last reply.
final class RedisInquiry {
    /// Enough for what a server says of itself and its neighbours.
    private static let maximumReplyBytes = 1_024 * 1_024

    private let commands: [RedisCommand]
    private let answer: EventLoopPromise<[RedisValue]>
    private let reader: ReplyReader
    private var replies: [RedisValue] = []

    init(_ commands: [RedisCommand], answer: EventLoopPromise<[RedisValue]>) throws(RedisError) {
        self.commands = commands
        self.answer = answer
        reader = try ReplyReader(maximumReplyBytes: Self.maximumReplyBytes)
    }
}

extension RedisInquiry: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func handlerAdded(context: ChannelHandlerContext) {
        var bytes = ByteBuffer()
        for command in commands { command.write(to: &bytes) }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            try unwrapInboundIn(data).withUnsafeReadableBytes { bytes throws(RedisError) in
                try reader.read(bytes) { reply in
                    replies.append(reply)
                    return replies.count < commands.count
                }
            }
        } catch {
            return answer.fail(error)
        }
        if replies.count == commands.count { answer.succeed(replies) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(RedisError(.connectFailed, wasSent: true, detail: .closedByServer))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(RedisError(.connectFailed, wasSent: true, underlying: error))
    }
}

extension RedisDialer {
    /// Asks a server on a channel of its own.
    ///
    /// - Parameters:
    ///   - commands: What to say, at once; begins with AUTH where that is needed.
    ///   - endpoint: Where the server listens.
    ///   - loop: The loop of the channel and of the answer.
    ///   - timeout: How long all of it may take.
    /// - Returns: One reply for each command, or a ``RedisError``.
    func ask(
        _ commands: [RedisCommand], at endpoint: RedisConfiguration.Endpoint, on loop: any EventLoop,
        within timeout: TimeAmount
    ) -> EventLoopFuture<[RedisValue]> {
        let answer = loop.makePromise(of: [RedisValue].self)
        let limit = loop.scheduleTask(in: timeout) {
            answer.fail(RedisError(.connectFailed, wasSent: true, detail: .connectTimeout))
        }
        dial(endpoint, on: loop, timeout: timeout).assumeIsolated().whenComplete { result in
            switch result {
            case .failure(let error): answer.fail(error)
            case .success(let channel):
                answer.futureResult.whenComplete { _ in channel.close(promise: nil) }
                do {
                    try channel.pipeline.syncOperations.addHandler(RedisInquiry(commands, answer: answer))
                } catch {
                    answer.fail(error)
                }
            }
        }
        answer.futureResult.whenComplete { _ in limit.cancel() }
        return answer.futureResult
    }
}

import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the connections of one ``ScriptedServer`` share.
final class Script: Sendable {
    let state: Mutex<ScriptedServer.State>
    let events: AsyncStream<ScriptedServer.Event>
    let continuation: AsyncStream<ScriptedServer.Event>.Continuation

    let greeting: String

    init(_ actions: [ScriptedAction], greeting: String) {
        self.greeting = greeting
        state = Mutex(ScriptedServer.State(actions: actions))
        (events, continuation) = AsyncStream.makeStream()
    }
}

/// One connection of a ``ScriptedServer``.
final class ScriptedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let filler = ByteBuffer(repeating: UInt8(ascii: "x"), count: 16_384)

    private let script: Script
    private var received = ""

    init(_ script: Script) {
        self.script = script
    }

    func channelActive(context: ChannelHandlerContext) {
        script.state.withLock { state in
            state.opened += 1
            state.channels.append(context.channel)
        }
        script.continuation.yield(.opened)
        if !script.greeting.isEmpty {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: script.greeting)), promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        script.continuation.yield(.closed)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        while let end = received.firstRange(of: "\r\n\r\n") {
            let head = received[..<end.lowerBound]
            let length = head.firstMatch(of: /(?i)\r\nContent-Length: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
            let rest = received[end.upperBound...].utf8
            guard rest.count >= length else { return }
            let request =
                length == 0 ? String(head) : "\(head)\r\n\r\n\(String(decoding: rest.prefix(length), as: UTF8.self))"
            received = String(decoding: rest.dropFirst(length), as: UTF8.self)
            let action = script.state.withLock { state in
                state.requests.append(request)
                return state.actions.isEmpty ? .hang : state.actions.removeFirst()
            }
            script.continuation.yield(.request(request))
            run(action, context: context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func run(_ action: ScriptedAction, context: ChannelHandlerContext) {
        switch action {
        case .send(let text):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        case .sendBytes(let bytes):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        case .sendAndClose(let text):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            context.close(promise: nil)
        case .stream(let head, let bodyBytes):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
            writeFiller(bodyBytes, context: context)
        case .drip(let head):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
            let channel = context.channel
            let drip = channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(20)) { _ in
                channel.writeAndFlush(ByteBuffer(string: " "), promise: nil)
            }
            channel.closeFuture.whenComplete { _ in drip.cancel() }
        case .close:
            context.close(promise: nil)
        case .reset:
            // Closing with a linger time of zero sends RST in place of FIN.
            let noLinger = linger(l_onoff: 1, l_linger: 0)
            _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(noLinger)
            context.close(promise: nil)
        case .hang:
            break
        }
    }

    /// Writes a chunk once the one before has left, so that what is written shows what was read.
    private func writeFiller(_ remaining: Int, context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(Self.filler)).whenSuccess {
            let (connection, context) = bound.value
            let count = Self.filler.readableBytes
            connection.script.state.withLock { $0.bodyBytesWritten += count }
            guard remaining > count, context.channel.isActive else { return }
            connection.writeFiller(remaining - count, context: context)
        }
    }
}

import NIOCore
import NIOPosix

/// A server that answers what a test tells it to, right or wrong.
final class ScriptedServer: Sendable {
    enum Action: Sendable {
        case send(String)
        /// Sends one byte a write.
        case trickle(String)
        /// Sends the same text again and again, as fast as it is taken, until the connection ends.
        case flood(String)
        case close
    }

    /// What to do when a client connects, and for each command it sends.
    struct Script: Sendable {
        var onAccept: [Action] = []
        /// Takes the words of a command; PING is answered before it is asked.
        var onCommand: @Sendable ([String]) -> [Action]
        var answersPing = true
    }

    private let channel: any Channel
    private let accepted: Accepted

    static func start(on group: any EventLoopGroup, _ script: Script) async throws -> ScriptedServer {
        let accepted = Accepted()
        let channel = try await ServerBootstrap(group: group)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(script: script))
                    accepted.add(channel)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedServer(channel: channel, accepted: accepted)
    }

    private init(channel: any Channel, accepted: Accepted) {
        self.channel = channel
        self.accepted = accepted
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    var url: String { "redis://127.0.0.1:\(port)" }

    /// How many connections were taken so far.
    var connectionCount: Int { accepted.count }

    /// Waits for the first connection's end, as the server sees it; fails when it does not come in 10 s.
    func firstConnectionClosed() async throws { try await accepted.closed(0) }

    /// Says something on every connection, unasked.
    func sendToAll(_ text: String) {
        for channel in accepted.all { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }
    }

    func stop() async throws {
        try await channel.close()
        for channel in accepted.all { try? await channel.close() }
    }
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: ScriptedServer.Script
    private var received = ByteBuffer()

    init(script: ScriptedServer.Script) { self.script = script }

    func channelActive(context: ChannelHandlerContext) { perform(script.onAccept, context: context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.writeImmutableBuffer(unwrapInboundIn(data))
        while let words = received.readCommand() {
            if words == ["PING"], script.answersPing {
                perform([.send("+PONG\r\n")], context: context)
            } else {
                perform(script.onCommand(words), context: context)
            }
        }
    }

    private func perform(_ actions: [ScriptedServer.Action], context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .send(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .trickle(let text):
                for byte in text.utf8 {
                    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [byte])), promise: nil)
                }
            case .flood(let text): flood(ByteBuffer(string: text), over: context.channel)
            case .close: context.close(promise: nil)
            }
        }
    }
}

/// Writes the next piece when the one before is with the system, so that nothing piles up here.
private func flood(_ piece: ByteBuffer, over channel: any Channel) {
    channel.writeAndFlush(piece).whenSuccess { flood(piece, over: channel) }
}

extension ByteBuffer {
    /// Reads one command, an array of bulk strings, if all of it is there.
    mutating func readCommand() -> [String]? {
        var rest = self
        guard let count = rest.readCount(after: "*") else { return nil }
        var words: [String] = []
        for _ in 0..<count {
            guard let length = rest.readCount(after: "$"), let word = rest.readString(length: length),
                rest.readString(length: 2) == "\r\n"
            else { return nil }
            words.append(word)
        }
        self = rest
        return words
    }

    private mutating func readCount(after marker: String) -> Int? {
        guard let end = readableBytesView.firstIndex(of: UInt8(ascii: "\r")),
            let line = readString(length: end - readerIndex), line.hasPrefix(marker), readString(length: 2) == "\r\n"
        else { return nil }
        return Int(line.dropFirst())
    }
}

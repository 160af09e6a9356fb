import Glibc
import KoaKit
import NIOCore
import NIOPosix

/// What came back on a connection until it ended.
struct RawReply: Sendable {
    /// Status line, fields and content as they were sent.
    let text: String
    /// Whether the connection was reset rather than closed.
    let wasReset: Bool

    /// The status; 0 when there is no reply.
    var status: Int { text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }

    /// What follows the header fields.
    var content: String { text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? "" }

    /// The value of a header field as it was sent; nil when it is absent.
    func field(_ name: String) -> String? {
        text.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }

    /// The content, parsed.
    var json: JSONValue {
        get throws { try JSONValue(parsing: ByteBuffer(string: content)) }
    }
}

/// Sends one request on a connection of its own and reads to the end of it.
struct RawClient: Sendable {
    let port: Int

    func send(_ method: String, _ target: String, _ body: String? = nil) async throws -> RawReply {
        try await open(method, target, body).reply()
    }

    /// Sends a request and returns without waiting for the reply.
    func open(_ method: String, _ target: String, _ body: String? = nil) async throws -> RawExchange {
        let group = MultiThreadedEventLoopGroup.singleton
        let end = group.next().makePromise(of: RawReply.self)
        let channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Collector(end)) }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let fields = body.map { "Content-Type: application/json\r\nContent-Length: \($0.utf8.count)\r\n" } ?? ""
        let request = "\(method) \(target) HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\(fields)\r\n\(body ?? "")"
        try await channel.writeAndFlush(ByteBuffer(string: request)).get()
        return RawExchange(channel: channel, end: end.futureResult)
    }

    /// Gathers what arrives until the connection ends.
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let end: EventLoopPromise<RawReply>
        private var bytes = ByteBuffer()
        private var wasReset = false

        init(_ end: EventLoopPromise<RawReply>) {
            self.end = end
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var part = unwrapInboundIn(data)
            bytes.writeBuffer(&part)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            wasReset = (error as? IOError)?.errnoCode == ECONNRESET
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            end.succeed(RawReply(text: String(buffer: bytes), wasReset: wasReset))
        }
    }
}

/// A request whose reply may still come.
struct RawExchange: Sendable {
    let channel: any Channel
    let end: EventLoopFuture<RawReply>

    func reply() async throws -> RawReply { try await end.get() }

    func close() async throws { try await channel.close().get() }
}

import NIOCore
import NIOEmbedded

@testable import KoaKit
@testable import KoaTesting

/// One connection of an application without a socket: what is fed in one call is one read.
struct EmbeddedServer {
    let channel: NIOAsyncTestingChannel

    init(_ app: Application) async throws {
        let responder = app.makeResponder()
        let limits = app.limits
        channel = try await NIOAsyncTestingChannel { channel in
            try HTTPConnection.addHandlers(
                to: channel,
                responder: responder,
                limits: limits,
                executor: EventLoopTaskExecutor(channel.eventLoop),
                admission: Admission(ServerOptions(.host(port: 0)), logger: responder.application.logger),
                isSecure: false
            )
        }
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
    }

    /// Feeds each piece as a read of its own.
    func feed(_ pieces: some Sequence<ArraySlice<UInt8>>) async throws {
        for piece in pieces where !piece.isEmpty { try await channel.writeInbound(ByteBuffer(bytes: piece)) }
    }

    /// Waits for the next reply.
    func reply() async throws -> TestReply {
        var bytes = ByteBuffer()
        while true {
            var more = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
            bytes.writeBuffer(&more)
            if let reply = try ReplyParser(isHead: false).take(from: &bytes, isEnded: false) { return reply }
        }
    }
}

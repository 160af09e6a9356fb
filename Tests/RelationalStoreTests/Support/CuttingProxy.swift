import NIOCore
import NIOPosix
import Synchronization

/// Stands between a client and a server, and cuts the connection when the client says a word.
final class CuttingProxy: Sendable {
    /// What becomes of the message with the word.
    enum Cut: CaseIterable, Sendable {
        /// The server never gets it.
        case before
        /// The server gets it, and its answer is lost.
        case after
    }

    private let listener: any Channel

    var port: Int { listener.localAddress?.port ?? 0 }

    /// - Parameters:
    ///   - port: The server's, on 127.0.0.1.
    ///   - word: ASCII; it has to arrive in one piece, as a short message does.
    ///   - cut: When to cut.
    /// - Throws: If no port is free.
    init(to port: Int, at word: String, _ cut: Cut) async throws {
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { client in
                let hasCut = Flag()
                return ClientBootstrap(group: client.eventLoop)
                    .channelInitializer { server in
                        server.pipeline.addHandler(ToClient(client, hasCut))
                    }
                    .connect(host: "127.0.0.1", port: port)
                    .flatMap { server in client.pipeline.addHandler(ToServer(server, Array(word.utf8), cut, hasCut)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func close() async throws {
        try await listener.close()
    }

    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    private final class ToServer: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        private let server: any Channel
        private let word: [UInt8]
        private let cut: Cut
        private let hasCut: Flag

        init(_ server: any Channel, _ word: [UInt8], _ cut: Cut, _ hasCut: Flag) {
            self.server = server
            self.word = word
            self.cut = cut
            self.hasCut = hasCut
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            // Nothing but a NUL may follow: READ COMMITTED is no COMMIT.
            let found = bytes.readableBytesView.firstRange(of: word)
            if let found, bytes.readableBytesView[found.upperBound...].allSatisfy({ $0 == 0 }) {
                hasCut.isSet.store(true, ordering: .relaxed)
                if cut == .before {
                    server.close(promise: nil)
                    context.close(promise: nil)
                    return
                }
            }
            server.writeAndFlush(bytes, promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            server.close(promise: nil)
        }
    }

    private final class ToClient: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        private let client: any Channel
        private let hasCut: Flag

        init(_ client: any Channel, _ hasCut: Flag) {
            self.client = client
            self.hasCut = hasCut
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if hasCut.isSet.load(ordering: .relaxed) {
                // The server has answered, so it has done what it was told.
                context.close(promise: nil)
                client.close(promise: nil)
            } else {
                client.writeAndFlush(unwrapInboundIn(data), promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            client.close(promise: nil)
        }
    }
}

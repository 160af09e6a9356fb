#if MySQL
    import NIOCore
    import NIOPosix
    import RelationalStore
    import Testing

    /// MySQL 8 asks for its own way of proving a password, which MariaDB's server does not know.
    ///
    /// So a script stands in for the server: it greets as MySQL 8.4 does, and accepts what MySQL would.
    @Suite(.timeLimit(.minutes(1)))
    struct MySQL8AuthenticationTests {
        @Test func `a password is proven by SHA-256, as MySQL 8 wants it, and not sent`() async throws {
            let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Script()) }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = try #require(listener.localAddress?.port)
            try await withDatabase(at: "mysql://u:p%40ss%3Aw%2Frd%25@127.0.0.1:\(port)/d") { database in
                try await database.ping()
            }
            try await withDatabase(at: "mysql://u:wrong@127.0.0.1:\(port)/d") { database in
                let failure = try await kind { try await database.ping() }
                #expect(failure == .accessDenied)
            }
            try await listener.close()
        }

        /// The least of a server: it knows one password, prepares nothing, and says OK to every other command.
        private final class Script: ChannelInboundHandler {
            typealias InboundIn = ByteBuffer
            typealias OutboundOut = ByteBuffer

            private static let nonce = Array("ABCDEFGHIJKLMNOPQRST".utf8)
            /// SHA256(p) ^ SHA256(SHA256(SHA256(p)) + nonce), computed apart for the password `p@ss:w/rd%`.
            private static let proof: [UInt8] = [
                0x95, 0x21, 0xD5, 0xD5, 0x57, 0xDD, 0x7B, 0x37, 0x66, 0x0C, 0xEE, 0x35, 0x10, 0x1D, 0x5F, 0xCB, 0x50,
                0xBB, 0x37, 0xBE, 0xD2, 0xF6, 0x03, 0x6E, 0x00, 0x1F, 0x76, 0x3A, 0x61, 0x48, 0xA2, 0x74,
            ]
            private static let ok: [UInt8] = [0, 0, 0, 2, 0, 0, 0]
            private static let refusal: [UInt8] = [0xFF, 0x15, 0x04] + Array("#28000Access denied".utf8)

            private static let noStatement: [UInt8] = [0xFF, 0x28, 0x04] + Array("#42000No statement".utf8)

            private var isKnown = false
            private var received = ByteBuffer()

            func channelActive(context: ChannelHandlerContext) {
                // Capabilities: protocol 4.1, secure connection, plugin authentication, transactions, long flags, database.
                let low: [UInt8] = [0x0F, 0xA2]
                let high: [UInt8] = [0x08, 0x00]
                let greeting =
                    [10] + Array("8.4.0\0".utf8) + [1, 0, 0, 0] + Self.nonce[..<8] + [0] + low + [0xFF, 2, 0] + high + [
                        21
                    ]
                    + Array(repeating: 0, count: 10) + Self.nonce[8...] + [0] + Array("caching_sha2_password\0".utf8)
                send(greeting, sequence: 0, context)
            }

            func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                received.writeImmutableBuffer(unwrapInboundIn(data))
                while let length = received.getInteger(at: received.readerIndex, endianness: .little, as: UInt32.self),
                    let packet = received.getSlice(at: received.readerIndex + 4, length: Int(length & 0xFF_FFFF))
                {
                    received.moveReaderIndex(forwardBy: 4 + packet.readableBytes)
                    answer(packet.readableBytesView, sequence: UInt8(length >> 24), context)
                }
            }

            private func answer(_ packet: ByteBufferView, sequence: UInt8, _ context: ChannelHandlerContext) {
                if isKnown {
                    let isPreparation = packet.first == 0x16
                    return send(isPreparation ? Self.noStatement : Self.ok, sequence: sequence + 1, context)
                }
                guard packet.firstRange(of: Self.proof) != nil else {
                    send(Self.refusal, sequence: sequence + 1, context)
                    return
                }
                isKnown = true
                // "Fast authentication succeeded": the server has the password's digest at hand.
                send([1, 3], sequence: sequence + 1, context)
                send(Self.ok, sequence: sequence + 2, context)
            }

            private func send(_ payload: [UInt8], sequence: UInt8, _ context: ChannelHandlerContext) {
                var packet = context.channel.allocator.buffer(capacity: payload.count + 4)
                packet.writeInteger(UInt32(payload.count) | UInt32(sequence) << 24, endianness: .little)
                packet.writeBytes(payload)
                context.writeAndFlush(wrapOutboundOut(packet), promise: nil)
            }
        }
    }
#endif

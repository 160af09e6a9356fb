import NIOCore
import NIOPosix
import Synchronization

/// A load balancer of TCP connections: each goes to the next server in turn.
struct RoundRobinProxy: Sendable {
    let port: Int
    private let turns: Turn

    /// How many connections each server got.
    var counts: [Int] { turns.counts.withLock(\.self) }

    private final class Turn: Sendable {
        let ports: [Int]
        let counts: Mutex<[Int]>

        init(_ ports: [Int]) {
            self.ports = ports
            counts = Mutex(ports.map { _ in 0 })
        }

        /// The port of the server whose turn it is.
        func next() -> Int {
            counts.withLock { counts in
                let index = counts.reduce(0, +) % counts.count
                counts[index] += 1
                return ports[index]
            }
        }
    }

    /// Balances between servers of this machine while `body` runs.
    static func between<Value>(_ ports: [Int], _ body: (RoundRobinProxy) async throws -> Value) async throws -> Value {
        let turns = Turn(ports)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop)
                    .channelInitializer { server in server.pipeline.addHandler(Relay(to: client)) }
                    .connect(host: "127.0.0.1", port: turns.next())
                    .flatMap { server in client.pipeline.addHandler(Relay(to: server)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = RoundRobinProxy(port: listener.localAddress?.port ?? 0, turns: turns)
        do {
            let value = try await body(proxy)
            try await listener.close()
            return value
        } catch {
            try? await listener.close()
            throw error
        }
    }

    /// Passes on what one side says to the other, and its end.
    private final class Relay: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        private let other: any Channel

        init(to other: any Channel) {
            self.other = other
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            other.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            other.close(promise: nil)
        }
    }
}

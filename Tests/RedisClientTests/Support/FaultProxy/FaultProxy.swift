import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy that does harm to what passes: delays, pauses, swallows, cuts into pieces, cuts off.
///
/// A rule says what happens to each direction of each connection; it is asked for every piece, so a new one counts
/// from the next byte on.
///
/// ```swift
/// try await withFaultProxy(to: server.port) { proxy in
///     try await proxy.treat(.toClient, as: .delayed(.milliseconds(200)))
///     try await proxy.treat { $0.clientSent("SUBSCRIBE") ? .paused : .none }
///     try await proxy.cut()
/// }
/// ```
final class FaultProxy: Sendable {
    typealias Rule = @Sendable (Passage) -> Treatment

    private let listener: any Channel
    private let relay: NIOLoopBound<ProxyRelay>
    private let taken: Accepted

    private init(listener: any Channel, relay: NIOLoopBound<ProxyRelay>, taken: Accepted) {
        self.listener = listener
        self.relay = relay
        self.taken = taken
    }

    /// Starts a proxy in front of a server on 127.0.0.1; all of it runs on one loop.
    static func start(on loop: any EventLoop, to port: Int) async throws -> FaultProxy {
        let taken = Accepted()
        let relay = try await loop.submit { NIOLoopBound(ProxyRelay(serverPort: port, loop: loop), eventLoop: loop) }
            .get()
        let listener = try await ServerBootstrap(group: loop)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    taken.add(channel)
                    try relay.value.take(channel)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FaultProxy(listener: listener, relay: relay, taken: taken)
    }

    var port: Int { listener.localAddress?.port ?? 0 }

    var url: String { "redis://127.0.0.1:\(port)" }

    /// How many connections were taken so far.
    var connectionCount: Int { taken.count }

    /// Waits until the client has ended a connection; fails when it has not in 10 s.
    func clientLeft(_ connection: Int) async throws { try await taken.closed(connection) }

    /// Makes a rule for all connections there are and will be.
    func treat(_ rule: @escaping Rule) async throws {
        try await listener.eventLoop.submit { [relay] in relay.value.rule = rule }.get()
    }

    /// Makes a rule for one direction of all connections; the other passes unharmed.
    func treat(_ direction: Direction, as treatment: Treatment) async throws {
        try await treat { $0.direction == direction ? treatment : .none }
    }

    /// Makes a rule for both directions of all connections.
    func treatAll(as treatment: Treatment) async throws {
        try await treat { _ in treatment }
    }

    /// Ends all connections at once, with a reset on both sides.
    func cut() async throws {
        try await listener.eventLoop.submit { [relay] in relay.value.cutAll() }.get()
    }

    /// Takes no more connections and ends those there are.
    func stop() async throws {
        try? await listener.close()
        try await cut()
    }
}

/// Runs a test with a proxy in front of a server, and ends the proxy afterwards.
func withFaultProxy<Result>(to port: Int, _ body: (FaultProxy) async throws -> Result) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let proxy = try await FaultProxy.start(on: group.next(), to: port)
    do {
        let result = try await body(proxy)
        try await proxy.stop()
        try await group.shutdownGracefully()
        return result
    } catch {
        try? await proxy.stop()
        try await group.shutdownGracefully()
        throw error
    }
}

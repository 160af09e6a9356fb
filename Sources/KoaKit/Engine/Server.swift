import NIOCore
import NIOExtras
import NIOPosix
import Synchronization

/// A running server: knows its address, and stops.
public final class Server: Sendable {
    private let channel: any Channel
    /// Let go when it has started: its end touches an event loop, which must still run then.
    private let quiescing: Mutex<ServerQuiescingHelper?>
    private let ownedGroup: MultiThreadedEventLoopGroup?
    private let stop = StopOnce()

    private init(channel: any Channel, quiescing: ServerQuiescingHelper, ownedGroup: MultiThreadedEventLoopGroup?) {
        self.channel = channel
        self.quiescing = Mutex(quiescing)
        self.ownedGroup = ownedGroup
    }

    /// The address as `host:port`, the port being the real one when 0 was asked for.
    public var address: String {
        guard let address = channel.localAddress, let host = address.ipAddress else { return "" }
        return "\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// The port, the real one when 0 was asked for.
    public var port: Int { channel.localAddress?.port ?? 0 }

    /// Stops: accepts nothing more, ends idle connections, lets requests in flight finish within
    /// ``HTTPLimits/shutdown``.
    ///
    /// Returns when all connections are gone. Stopping twice is stopping once.
    public func shutdown() async {
        await stop.run {
            let isQuiet = channel.eventLoop.makePromise(of: Void.self)
            if let quiescing = quiescing.withLock({ $0.take() }) {
                quiescing.initiateShutdown(promise: isQuiet)
            } else {
                isQuiet.succeed()
            }
            // A server whose listener was already gone has nothing left to wait for.
            try? await isQuiet.futureResult.get()
            try? await ownedGroup?.shutdownGracefully()
        }
    }

    static func start(
        _ responder: Responder,
        limits: HTTPLimits,
        host: String,
        port: Int,
        group: MultiThreadedEventLoopGroup,
        ownsGroup: Bool
    ) async throws -> Server {
        let quiescing = ServerQuiescingHelper(group: group)
        let executors = ExecutorTable(group)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A client that has said all may close its side and still wants its answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try HTTPConnection.addHandlers(
                        to: channel,
                        responder: responder,
                        limits: limits,
                        executor: executors.executor(for: channel.eventLoop)
                    )
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.bind(host: host, port: port).get()
        } catch {
            if ownsGroup { try? await group.shutdownGracefully() }
            throw error
        }
        return Server(channel: channel, quiescing: quiescing, ownedGroup: ownsGroup ? group : nil)
    }
}

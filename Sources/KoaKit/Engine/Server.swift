import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import Synchronization

/// A running server: knows its address, and stops.
public final class Server: Sendable {
    private let channel: any Channel
    private let quiescing: ServerQuiescingHelper
    private let ownedGroup: MultiThreadedEventLoopGroup?
    private let stop = StopOnce()

    private init(channel: any Channel, quiescing: ServerQuiescingHelper, ownedGroup: MultiThreadedEventLoopGroup?) {
        self.channel = channel
        self.quiescing = quiescing
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
            quiescing.initiateShutdown(promise: isQuiet)
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
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = limits.headerBlock
        decoderLimits.maxHeaderListSize = limits.headerBlock
        decoderLimits.maxHeaderFieldCount = limits.headerCount
        let decoderConfiguration = decoderLimits
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
                    let decoder = HTTPRequestDecoder(
                        leftOverBytesStrategy: .dropBytes, limitConfiguration: decoderConfiguration)
                    let connection = HTTPConnection(
                        responder: responder,
                        limits: limits,
                        executor: executors.executor(for: channel.eventLoop),
                        loop: channel.eventLoop,
                        date: DateField()
                    )
                    try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(decoder), connection])
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

/// The executor of each loop of a group, made once.
private struct ExecutorTable: Sendable {
    private let executors: [ObjectIdentifier: EventLoopTaskExecutor]

    init(_ group: MultiThreadedEventLoopGroup) {
        executors = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), EventLoopTaskExecutor($0)) }
        )
    }

    func executor(for loop: any EventLoop) -> EventLoopTaskExecutor {
        executors[ObjectIdentifier(loop)] ?? EventLoopTaskExecutor(loop)
    }
}

/// Runs the stop once; callers that come while it runs wait for its end, later ones for nothing.
///
/// Not a future: the event loop that would complete it may be gone by then.
private final class StopOnce: Sendable {
    private enum Phase {
        case running
        case stopping([CheckedContinuation<Void, Never>])
        case stopped
    }

    private let phase = Mutex(Phase.running)

    func run(_ stop: () async -> Void) async {
        guard begins() else { return await end() }
        await stop()
        let waiters: [CheckedContinuation<Void, Never>] = phase.withLock { phase in
            defer { phase = .stopped }
            guard case .stopping(let waiters) = phase else { return [] }
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func begins() -> Bool {
        phase.withLock { phase in
            guard case .running = phase else { return false }
            phase = .stopping([])
            return true
        }
    }

    private func end() async {
        await withCheckedContinuation { continuation in
            let isStopped = phase.withLock { phase in
                guard case .stopping(let waiters) = phase else { return true }
                phase = .stopping(waiters + [continuation])
                return false
            }
            if isStopped { continuation.resume() }
        }
    }
}

import Glibc
import NIOCore
import NIOExtras
import NIOPosix

extension Server {
    /// Serves until it is shut down.
    ///
    /// - Throws: ``ListenError``; nothing is left running then.
    static func start(_ responder: Responder, limits: HTTPLimits, options: ServerOptions) async throws -> Server {
        let group = options.eventLoopGroup ?? MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        let ownedGroup = options.eventLoopGroup == nil ? group : nil
        do {
            return try await start(options, on: group, ownedGroup, makeInitializer(responder, limits, options, group))
        } catch {
            try? await ownedGroup?.shutdownGracefully()
            throw error
        }
    }

    /// A function of its own, so that what touches an event loop when it is let go is gone before the loops are.
    private static func start(
        _ options: ServerOptions,
        on group: MultiThreadedEventLoopGroup,
        _ ownedGroup: MultiThreadedEventLoopGroup?,
        _ initialize: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> Server {
        let acceptor = group.next()
        let quiescing = ServerQuiescingHelper(group: acceptor)
        let bootstrap = makeBootstrap(
            ServerBootstrap(group: acceptor, childGroup: group), options, quiescing, initialize)
        let listener = try await Listener.bind(bootstrap, to: options.address)
        return Server(listener, quiescing: quiescing, ownedGroup: ownedGroup)
    }

    private static func makeBootstrap(
        _ bootstrap: ServerBootstrap,
        _ options: ServerOptions,
        _ quiescing: ServerQuiescingHelper,
        _ initialize: @escaping @Sendable (any Channel) throws -> Void
    ) -> ServerBootstrap {
        let bootstrap =
            bootstrap
            .serverChannelOption(.backlog, value: CInt(clamping: options.backlog))
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Out of file descriptors: accepts again a second later, in place of trying without end.
                    let backoff = AcceptBackoffHandler()
                    let quiescer = quiescing.makeServerChannelHandler(channel: channel)
                    try channel.pipeline.syncOperations.addHandlers([backoff, quiescer])
                }
            }
            // A client that has said all may close its side and still wants its answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try initialize(channel) }
            }
        guard case .host = options.address.kind else { return bootstrap }
        return
            bootstrap
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(
                .socketOption(NIOBSDSocket.Option(rawValue: SO_REUSEPORT)), value: options.reusesPort ? 1 : 0
            )
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    }

    private static func makeInitializer(
        _ responder: Responder, _ limits: HTTPLimits, _ options: ServerOptions, _ group: MultiThreadedEventLoopGroup
    ) -> @Sendable (any Channel) throws -> Void {
        let executors = ExecutorTable(group)
        let admission = Admission(options, logger: responder.application.logger)
        return { channel in
            guard admission.admitsConnection() else {
                return try refuse(channel, responder, limits, admission)
            }
            channel.closeFuture.whenComplete { _ in admission.connectionEnded() }
            try HTTPConnection.addHandlers(
                to: channel,
                responder: responder,
                limits: limits,
                executor: executors.executor(for: channel.eventLoop),
                admission: admission
            )
        }
    }

    private static func refuse(
        _ channel: any Channel, _ responder: Responder, _ limits: HTTPLimits, _ admission: Admission
    ) throws {
        guard admission.answersRefusal() else { throw ChannelError.ioOnClosedChannel }
        channel.closeFuture.whenComplete { _ in admission.refusedConnectionEnded() }
        let refused = RefusedConnection(responder, admission.refusal, linger: limits.linger)
        try channel.pipeline.syncOperations.addHandler(refused)
    }
}

import Glibc
import Logging
import NIOCore
import NIOExtras
import NIOPosix

extension Server {
    /// Serves until it is shut down.
    ///
    /// - Throws: ``ListenError``, ``TLSError``; nothing is left running then.
    static func start(_ responder: Responder, limits: HTTPLimits, options: ServerOptions) async throws -> Server {
        let certificates = try await readCertificates(options, responder.application.logger)
        let group = options.eventLoopGroup ?? MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        let ownedGroup = options.eventLoopGroup == nil ? group : nil
        let factory = ConnectionFactory(responder, limits, options, group, certificates)
        do {
            return try await start(options, on: group, ownedGroup, factory)
        } catch {
            try? await ownedGroup?.shutdownGracefully()
            throw error
        }
    }

    private static func readCertificates(_ options: ServerOptions, _ logger: Logger) async throws -> CertificateStore? {
        guard let tls = options.tls else { return nil }
        let protocols = options.isHTTP2Enabled ? ["h2", "http/1.1"] : ["http/1.1"]
        return try await onBlockingThread {
            try CertificateStore(tls, applicationProtocols: protocols, logger: logger)
        }
    }

    /// A function of its own, so that what touches an event loop when it is let go is gone before the loops are.
    private static func start(
        _ options: ServerOptions,
        on group: MultiThreadedEventLoopGroup,
        _ ownedGroup: MultiThreadedEventLoopGroup?,
        _ factory: ConnectionFactory
    ) async throws -> Server {
        let acceptor = group.next()
        let quiescing = ServerQuiescingHelper(group: acceptor)
        let bootstrap = makeBootstrap(
            ServerBootstrap(group: acceptor, childGroup: group), options, quiescing, factory)
        let listener = try await Listener.bind(bootstrap, to: options.address)
        return Server(
            listener,
            quiescing: quiescing,
            ownedGroup: ownedGroup,
            certificates: factory.certificates,
            reloadInterval: options.tls?.reloadInterval
        )
    }

    private static func makeBootstrap(
        _ bootstrap: ServerBootstrap,
        _ options: ServerOptions,
        _ quiescing: ServerQuiescingHelper,
        _ factory: ConnectionFactory
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
                channel.eventLoop.makeCompletedFuture { try factory.configure(channel) }
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
}

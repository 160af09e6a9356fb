import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sets up the channels that a server accepts: admits them, decrypts, and adds what serves their protocol.
struct ConnectionFactory: Sendable {
    let responder: Responder
    let limits: HTTPLimits
    let admission: Admission
    /// Nil without TLS.
    let certificates: CertificateStore?
    private let handshakeTimeout: Duration
    private let executors: ExecutorTable

    init(
        _ responder: Responder,
        _ limits: HTTPLimits,
        _ options: ServerOptions,
        _ group: MultiThreadedEventLoopGroup,
        _ certificates: CertificateStore?
    ) {
        self.responder = responder
        self.limits = limits
        self.certificates = certificates
        admission = Admission(options, logger: responder.application.logger)
        handshakeTimeout = options.tls?.handshakeTimeout ?? .zero
        executors = ExecutorTable(group)
    }

    /// Runs on the channel's loop, once it is accepted.
    ///
    /// - Throws: An error of NIO when the channel is closed, or is to be: it must be closed then.
    func configure(_ channel: any Channel) throws {
        guard admission.admitsConnection() else { return try refuse(channel) }
        channel.closeFuture.whenComplete { [admission] _ in admission.connectionEnded() }
        guard let certificates else { return try addHTTP1(to: channel) }
        let negotiation = TLSNegotiation(timeout: handshakeTimeout) { channel, applicationProtocol in
            if applicationProtocol == "h2" { try addHTTP2(to: channel) } else { try addHTTP1(to: channel) }
        }
        let decryption = NIOSSLServerHandler(context: certificates.context)
        try channel.pipeline.syncOperations.addHandlers([decryption, negotiation])
    }

    private func addHTTP1(to channel: any Channel) throws {
        try HTTPConnection.addHandlers(
            to: channel,
            responder: responder,
            limits: limits,
            executor: executors.executor(for: channel.eventLoop),
            admission: admission,
            isSecure: certificates != nil
        )
    }

    private func addHTTP2(to channel: any Channel) throws {
        let info = ConnectionInfo(
            remoteAddress: channel.remoteAddress?.ipAddress, isSecure: certificates != nil, version: .http2)
        let executor = executors.executor(for: channel.eventLoop)
        let service = HTTP2Service(
            responder,
            limits,
            executor: executor,
            admission: admission,
            info: info,
            memory: executor.memory.value
        )
        try HTTP2Connection.addHandlers(to: channel, service)
    }

    private func refuse(_ channel: any Channel) throws {
        // The handshake is the work that the cap is there to save.
        guard certificates == nil, admission.answersRefusal() else { throw ChannelError.ioOnClosedChannel }
        channel.closeFuture.whenComplete { [admission] _ in admission.refusedConnectionEnded() }
        let refused = RefusedConnection(responder, admission.refusal, linger: limits.linger)
        try channel.pipeline.syncOperations.addHandler(refused)
    }
}

import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Opens channels to servers: commands, subscriptions and questions all begin here.
struct RedisDialer: Sendable {
    let connectTimeout: TimeAmount
    private let security: RenewableSecurity
    private let lookup: NameLookup

    init(_ configuration: RedisConfiguration, lookup: NameLookup = NameLookup()) {
        self.lookup = lookup
        connectTimeout = TimeAmount(configuration.connectTimeout)
        security = RenewableSecurity(configuration.tls)
    }

    /// Opens a channel in bounded time, which includes the lookup of a host name.
    ///
    /// - Parameters:
    ///   - endpoint: Where the server listens.
    ///   - loop: The loop of the channel. Handlers added on it when the future succeeds see the first byte.
    ///   - timeout: How long it may take; the configuration's connect timeout by default.
    /// - Returns: A connected channel without handlers of Redis. What they write waits for the end of TLS's handshake;
    ///   a certificate that is not trusted reaches them as an error.
    func dial(
        _ endpoint: RedisConfiguration.Endpoint, on loop: any EventLoop, timeout: TimeAmount? = nil
    ) -> EventLoopFuture<any Channel> {
        security.current(on: loop).flatMap { security in
            if case .unusable(let error) = security {
                return loop.makeFailedFuture(
                    RedisError(.connectFailed, wasSent: false, underlying: error, detail: .unusableCertificates))
            }
            let bootstrap = ClientBootstrap(group: loop).connectTimeout(timeout ?? connectTimeout)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try security.configure(channel, for: endpoint) }
                }
            return connect(bootstrap, to: endpoint, on: loop)
        }
    }

    private func connect(
        _ bootstrap: ClientBootstrap, to endpoint: RedisConfiguration.Endpoint, on loop: any EventLoop
    ) -> EventLoopFuture<any Channel> {
        switch endpoint {
        case .unixSocket(let path):
            return bootstrap.connect(unixDomainSocketPath: path)
        case .tcp(let host, let port):
            let bootstrap = Self.withNet(bootstrap)
            // An address needs no resolver, nor the thread it would block.
            if let address = try? SocketAddress(ipAddress: host, port: port) { return bootstrap.connect(to: address) }
            return bootstrap.resolver(SharedResolver(lookup, host: host, loop: loop)).connect(host: host, port: port)
        }
    }

    /// Lets the system end a dead connection: the net under the PINGs, for what the process could not look after.
    private static func withNet(_ bootstrap: ClientBootstrap) -> ClientBootstrap {
        let bootstrap = bootstrap.channelOption(.socketOption(.so_keepalive), value: 1)
        #if os(Linux)
            // Silence: asked after 30 s, then every 5 s. Sent bytes: acknowledged within 10 s (in ms).
            let options: [(name: CInt, value: Int)] = [
                (TCP_KEEPIDLE, 30), (TCP_KEEPINTVL, 5), (TCP_KEEPCNT, 3), (TCP_USER_TIMEOUT, 10_000),
            ]
            return options.reduce(bootstrap) { bootstrap, option in
                bootstrap.channelOption(.tcpOption(.init(rawValue: option.name)), value: option.value)
            }
        #else
            return bootstrap
        #endif
    }
}

import NIOCore
import NIOSSL

/// What a dialer puts between the socket and Redis.
enum TransportSecurity: Sendable {
    /// Bytes go out as they are.
    case none
    /// TLS that checks the server's certificate for this name, or for the host dialled.
    case tls(NIOSSLContext, serverName: String?)
    /// Nothing can be dialled: certificates or key could not be read.
    case unusable(any Error)

    /// Reads the files, which takes some milliseconds.
    init(_ tls: RedisTLS?) {
        guard let tls else {
            self = .none
            return
        }
        do {
            self = .tls(try NIOSSLContext(configuration: Self.configuration(tls)), serverName: tls.serverName)
        } catch {
            self = .unusable(error)
        }
    }

    private static func configuration(_ tls: RedisTLS) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        // A server that is gone does not say goodbye.
        configuration.shutdownTimeout = .seconds(1)
        if let file = tls.certificateAuthorityFile {
            // Read here, as NIOSSL takes a file that is not there, or is empty, and trusts nobody.
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
        }
        if let file = tls.certificateChainFile {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) }
        }
        if let file = tls.privateKeyFile {
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: file, format: .pem))
        }
        return configuration
    }

    /// Puts TLS into a new channel, if there is to be any.
    func configure(_ channel: any Channel, for endpoint: RedisConfiguration.Endpoint) throws {
        guard case .tls(let context, let serverName) = self else { return }
        let name = serverName ?? endpoint.host
        // An address is not a name for the handshake; without one, the certificate must hold the address of the peer.
        let isAddress = name.map { (try? SocketAddress(ipAddress: $0, port: 0)) != nil } ?? false
        let handler = try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : name)
        try channel.pipeline.syncOperations.addHandler(handler)
    }
}

extension RedisConfiguration.Endpoint {
    fileprivate var host: String? {
        if case .tcp(let host, _) = self { host } else { nil }
    }
}

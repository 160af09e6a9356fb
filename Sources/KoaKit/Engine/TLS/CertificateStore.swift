import Glibc
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// The certificate that new connections get; it can be replaced while the server runs.
///
/// nio-extras has a reloader as well: it must be run as a service beside the server, and reads each of the two files by
/// itself, so that a handshake can see a new certificate with an old key.
final class CertificateStore: Sendable {
    private struct State {
        var context: NIOSSLContext
        /// What the files looked like before they were read.
        var signature: [FileSignature]
    }

    private let options: TLSOptions
    private let applicationProtocols: [String]
    private let logger: Logger
    private let state: Mutex<State>

    /// Reads the files; blocks.
    ///
    /// - Throws: ``TLSError`` when they do not make a server's certificate and key.
    init(_ options: TLSOptions, applicationProtocols: [String], logger: Logger) throws {
        self.options = options
        self.applicationProtocols = applicationProtocols
        self.logger = logger
        let signature = Self.signature(of: options)
        state = Mutex(State(context: try Self.read(options, applicationProtocols), signature: signature))
    }

    /// For the next connection.
    var context: NIOSSLContext { state.withLock { $0.context } }

    /// Reads the files again, blocking.
    ///
    /// Connections that are open keep what they have.
    ///
    /// - Throws: ``TLSError``; the old certificate stays then.
    func reload() throws {
        let signature = Self.signature(of: options)
        let context = try Self.read(options, applicationProtocols)
        state.withLock { $0 = State(context: context, signature: signature) }
        logger.info("certificate reloaded", metadata: ["path": "\(options.certificateChain)"])
    }

    /// Reads the files again if one has changed, blocking.
    ///
    /// What is wrong with them is logged, and the old ones stay.
    func reloadIfChanged() {
        let signature = Self.signature(of: options)
        guard signature != state.withLock({ $0.signature }) else { return }
        do {
            try reload()
        } catch {
            logger.error("certificate not reloaded", metadata: ["error": "\(error)"])
            // Said once for each change, not at every look.
            state.withLock { $0.signature = signature }
        }
    }

    private static func read(_ options: TLSOptions, _ applicationProtocols: [String]) throws -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(options.certificateChain)
            let key = try NIOSSLPrivateKey(file: options.privateKey, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = options.minimumVersion == .tls13 ? .tlsv13 : .tlsv12
            configuration.applicationProtocols = applicationProtocols
            // A client that does not answer the end of the session holds a stop no longer than this.
            configuration.shutdownTimeout = .seconds(1)
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSError(
                certificateChain: options.certificateChain, privateKey: options.privateKey, underlying: error)
        }
    }

    private struct FileSignature: Equatable {
        var device: dev_t
        var inode: ino_t
        var size: off_t
        var seconds: time_t
        var nanoseconds: Int
    }

    private static func signature(of options: TLSOptions) -> [FileSignature] {
        [options.certificateChain, options.privateKey].compactMap { path in
            var status = stat()
            // Follows links: a renewal often moves one.
            guard stat(path, &status) == 0 else { return nil }
            return FileSignature(
                device: status.st_dev,
                inode: status.st_ino,
                size: status.st_size,
                seconds: status.st_mtim.tv_sec,
                nanoseconds: status.st_mtim.tv_nsec
            )
        }
    }
}

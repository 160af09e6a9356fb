import Glibc
import KoaKit
import KoaTesting
import NIOCore
import NIOPosix
import NIOSSL
import Testing

/// A certificate that a test makes for itself, and a server that speaks TLS with it.
struct TLSFixture {
    static let isAvailable = Command.isInstalled("/usr/bin/openssl")

    let folder: TemporaryFolder
    var chain: String { folder.file("chain.pem") }
    var key: String { folder.file("key.pem") }

    /// Makes a certificate for localhost, signed by itself, in place of the one before.
    func renew(name: String = "localhost") async throws {
        let outcome = try await Command.run(
            [
                "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-keyout", key, "-out", chain, "-days", "2", "-subj", "/CN=\(name)", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ], in: folder)
        try #require(outcome.status == 0, "\(outcome.output)")
    }

    var options: ServerOptions {
        var options = ServerOptions(.host(port: 0))
        options.eventLoopGroup = .singleton
        options.tls = TLSOptions(certificateChain: chain, privateKey: key)
        return options
    }

    /// Serves with a certificate of its own for as long as `body` runs.
    static func serve(
        _ app: Application,
        _ change: (inout ServerOptions) -> Void = { _ in },
        _ body: (TLSFixture, Server) async throws -> Void
    ) async throws {
        try await TemporaryFolder.with { folder in
            let fixture = TLSFixture(folder: folder)
            try await fixture.renew()
            var options = fixture.options
            change(&options)
            let server = try await app.start(options)
            do {
                try await body(fixture, server)
                await server.shutdown()
            } catch {
                await server.shutdown()
                throw error
            }
        }
    }

    /// A connection that trusts the fixture's certificate of this moment, and no other.
    func connect(
        _ server: Server, offering protocols: [String] = ["http/1.1"], maximum: TLSVersion? = nil,
        noting errors: Trace? = nil
    ) async throws -> RawConnection {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(chain)
        configuration.applicationProtocols = protocols
        configuration.minimumTLSVersion = .tlsv1
        configuration.shutdownTimeout = .milliseconds(100)
        configuration.maximumTLSVersion = maximum
        let context = try NIOSSLContext(configuration: configuration)
        return try await RawConnection.connect(port: server.port) { channel in
            let handler = try NIOSSLClientHandler(context: context, serverHostname: "localhost")
            try channel.pipeline.syncOperations.addHandler(handler)
            if let errors { try channel.pipeline.syncOperations.addHandler(ErrorNotes(errors)) }
        }
    }

    /// Notes what goes wrong on a client's connection before the reader of it can take it for the end.
    private final class ErrorNotes: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let trace: Trace

        init(_ trace: Trace) { self.trace = trace }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            trace.add("\(error)")
            context.fireErrorCaught(error)
        }
    }
}

import FoundationEssentials
import Glibc
import KoaKit
import KoaTesting
import NIOCore
import NIOSSL
import Testing

@Suite(.timeLimit(.minutes(1)), .enabled(if: TLSFixture.isAvailable, "openssl not found"))
struct TLSTests {
    @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
    func `requests are served over TLS and the connection is kept`(version: TLSVersion) async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            let connection = try await tls.connect(server, maximum: version)
            for _ in 0..<3 {
                try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
                #expect(try await connection.readReply().text == "hello")
            }
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try await connection.readReply()["connection"] == "close")
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `a large body passes both ways`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = .bytes(try await ctx.request.bytes(upTo: 10_000_000)) }
        try await TLSFixture.serve(app) { tls, server in
            let connection = try await tls.connect(server)
            let content = [UInt8](repeating: 0x78, count: 3_000_000)
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n")
            async let reply = connection.readReply()
            try await connection.send(content)
            #expect(try await reply.content == content)
        }
    }

    @Test func `a client that has said all may close its side and still gets its answer`() async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            let connection = try await tls.connect(server)
            try await connection.send("GET /half HTTP/1.1\r\nHost: a\r\n\r\n")
            try await connection.finishSending()
            #expect(try await connection.readReply().text == "GET /half")
        }
    }

    @Test(arguments: [TLSVersion.tlsv12, .tlsv13], [false, true])
    func `a client that closes its side is told the end, not cut`(version: TLSVersion, isSlow: Bool) async throws {
        let (gate, errors) = (Event(), Trace())
        let app = Application.quiet()
        app.use { ctx, _ in
            if isSlow { await gate.wait() }
            ctx.body = .text("whole")
        }
        try await TLSFixture.serve(app) { tls, server in
            let connection = try await tls.connect(server, maximum: version, noting: errors)
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await connection.finishSending()
            gate.fire()
            #expect(try await connection.readReply().text == "whole")
            #expect(try await connection.readToEnd().isEmpty)
            await connection.close()
        }
        #expect(errors.all.isEmpty)
    }

    @Test(arguments: ["stream", "reset"])
    func `a reply that is cut does not look whole`(kind: String) async throws {
        struct Broken: Error {}
        let app = Application.quiet()
        app.use { ctx, _ in
            guard kind == "stream" else { return ctx.response.disconnect() }
            ctx.body = .stream(
                ResponseStream { writer in
                    try await writer.write(ByteBuffer(string: "half"))
                    throw Broken()
                })
        }
        try await TLSFixture.serve(app) { tls, server in
            let connection = try await tls.connect(server)
            // Only the end of the connection ends its replies.
            try await connection.send("GET / HTTP/1.0\r\n\r\n")
            await #expect(throws: RawConnectionError.self) { _ = try await connection.readToEnd() }
        }
    }

    @Test func `TLS 1 1 is refused, and TLS 1 2 where only 1 3 is spoken`() async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            await expectNoReply(try await tls.connect(server, maximum: .tlsv11))
        }
        let change: (inout ServerOptions) -> Void = { $0.tls?.minimumVersion = .tls13 }
        try await TLSFixture.serve(.echo(), change) { tls, server in
            await expectNoReply(try await tls.connect(server, maximum: .tlsv12))
        }
    }

    private func expectNoReply(_ connection: RawConnection) async {
        await #expect(throws: RawConnectionError.self) {
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await connection.readReply()
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}\u{0}\u{5}hello", "SSH-2.0-OpenSSH_9.2\r\n",
    ])
    func `a client that speaks no TLS is closed at once`(greeting: String) async throws {
        try await TLSFixture.serve(.echo()) { _, server in
            let connection = try await RawConnection.connect(port: server.port)
            try await connection.send(greeting)
            let start = ContinuousClock.now
            _ = try? await connection.readToEnd(timeout: .seconds(9))
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test(arguments: ["", "\u{16}\u{3}\u{1}"])
    func `a handshake that does not end in time is`(start: String) async throws {
        let change: (inout ServerOptions) -> Void = { $0.tls?.handshakeTimeout = .milliseconds(200) }
        try await TLSFixture.serve(.echo(), change) { _, server in
            let connection = try await RawConnection.connect(port: server.port)
            if !start.isEmpty { try await connection.send(start) }
            let begin = ContinuousClock.now
            _ = try? await connection.readToEnd(timeout: .seconds(9))
            #expect(ContinuousClock.now - begin < .seconds(5))
        }
    }

    @Test func `a connection over the cap is closed before its handshake`() async throws {
        let change: (inout ServerOptions) -> Void = { $0.maximumConnections = 0 }
        try await TLSFixture.serve(.echo(), change) { tls, server in
            await #expect(throws: (any Error).self) {
                let connection = try await tls.connect(server)
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await connection.readReply()
            }
        }
    }

    @Test func `a stop ends handshakes under way and lets requests finish`() async throws {
        let (started, gate) = (Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            started.fire()
            await gate.wait()
            ctx.body = .text("finished")
        }
        try await TLSFixture.serve(app) { tls, server in
            let waiting = try await RawConnection.connect(port: server.port)
            let busy = try await tls.connect(server)
            try await busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await started.wait()
            async let stopped: Void = server.shutdown()
            _ = try? await waiting.readToEnd(timeout: .seconds(5))
            gate.fire()
            let reply = try await busy.readReply()
            #expect(reply.text == "finished")
            #expect(try await busy.readToEnd().isEmpty)
            await busy.close()
            await stopped
        }
    }

    @Test func `curl takes the certificate and the reply`() async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            let outcome = try await Command.run(
                [
                    "/usr/bin/curl", "-sS", "--max-time", "20", "--http1.1", "--cacert", tls.chain,
                    "https://localhost:\(server.port)/curl",
                ], in: tls.folder)
            #expect(outcome.output == "GET /curl")
        }
    }
}

@Suite(.timeLimit(.minutes(1)), .enabled(if: TLSFixture.isAvailable, "openssl not found"))
struct CertificateReloadTests {
    private func expectReply(_ tls: TLSFixture, _ server: Server) async throws {
        let connection = try await tls.connect(server)
        try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await connection.readReply().status == 200)
    }

    @Test func `a new certificate is served after a reload, and open connections stay`() async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            let old = try await tls.connect(server)
            try await old.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await old.readReply().status == 200)
            try await tls.renew()
            // The client trusts the new one only, and the server still has the old one.
            await #expect(throws: (any Error).self) { try await expectReply(tls, server) }
            try await server.reloadCertificates()
            try await expectReply(tls, server)
            try await old.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await old.readReply().status == 200)
        }
    }

    @Test func `a changed file is noticed`() async throws {
        let change: (inout ServerOptions) -> Void = { $0.tls?.reloadInterval = .milliseconds(20) }
        try await TLSFixture.serve(.echo(), change) { tls, server in
            try await tls.renew()
            while true {
                do {
                    let connection = try await tls.connect(server)
                    try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    #expect(try await connection.readReply().status == 200)
                    break
                } catch is RawConnectionError {}
            }
        }
    }

    @Test func `files that do not fit are an error, and the old certificate stays`() async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            let (chain, key) = try (
                Data(contentsOf: URL(filePath: tls.chain)), Data(contentsOf: URL(filePath: tls.key))
            )
            try await tls.renew()
            // The new key with the old certificate.
            try chain.write(to: URL(filePath: tls.chain))
            let error = await #expect(throws: TLSError.self) { try await server.reloadCertificates() }
            #expect(error?.description.contains(tls.chain) == true)
            for rubbish in ["", "not a certificate"] {
                try Data(rubbish.utf8).write(to: URL(filePath: tls.chain))
                await #expect(throws: TLSError.self) { try await server.reloadCertificates() }
            }
            try chain.write(to: URL(filePath: tls.chain))
            try key.write(to: URL(filePath: tls.key))
            try await expectReply(tls, server)
        }
    }

    @Test func `a server does not start without its certificate`() async throws {
        let folder = try TemporaryFolder()
        let options = TLSFixture(folder: folder).options
        let error = await #expect(throws: TLSError.self) { _ = try await Application.echo().start(options) }
        #expect(error?.description.contains("\(folder.path)/chain.pem") == true)
    }
}

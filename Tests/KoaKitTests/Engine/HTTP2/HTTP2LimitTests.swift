import KoaKit
import KoaTesting
import NIOCore
import NIOHPACK
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)), .enabled(if: TLSFixture.isAvailable, "openssl not found"))
struct HTTP2LimitTests {
    @Test func `a header list or target over the limit is refused on its stream`() async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let many = (0..<101).map { ("x\($0)", "y") }
            #expect(try await peer.exchange(peer.request("GET", "/", many)).status == 431)
            let path = "/" + String(repeating: "x", count: 8192)
            #expect(try await peer.exchange(peer.request("GET", path)).status == 414)
            #expect(try await peer.exchange(peer.request("GET", "/fine")).text == "GET /fine")
        }
    }

    @Test(arguments: [
        [(":method", "GET"), (":scheme", "https"), (":path", "/")],
        [(":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", "a"), ("host", "b")],
        [(":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", "u@a")],
        [(":method", "GET"), (":scheme", "https"), (":path", "x"), (":authority", "a")],
        [(":method", "GET"), (":scheme", "https"), (":path", "*"), (":authority", "a")],
    ])
    func `a request whose host or target is not clear is refused with 400`(block: [(String, String)]) async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            #expect(try await peer.exchange(peer.request(block: block)).status == 400)
        }
    }

    @Test(arguments: [
        ("transfer-encoding", "chunked"), ("connection", "close"), ("X-Upper", "y"), ("x", "y\r\nz: w"), ("x y", "z"),
        ("content-length", "5"), (":path", "/twice"),
    ])
    func `a field that smuggles ends its stream, not the connection`(name: String, value: String) async throws {
        let trace = Trace()
        let app = Application.quiet()
        app.use { ctx, _ in trace.add(ctx.path) }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let bad = try peer.request("GET", "/bad", [(name, value)])
            #expect(try await peer.exchange(bad).resetCode == 1)
            _ = try await peer.exchange(peer.request("GET", "/fine"))
        }
        #expect(trace.all == ["/fine"])
    }

    @Test func `a slow handler is answered for with 503, a body that does not come with 408`() async throws {
        let (never, cancelled) = (Event(), Event())
        let app = Application.quiet()
        app.limits.request = .milliseconds(200)
        app.use { ctx, _ in
            if ctx.method == .POST { _ = try await ctx.request.bytes() }
            if await !never.wait() { cancelled.fire() }
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            #expect(try await peer.exchange(peer.request("GET", "/")).status == 503)
            #expect(await cancelled.wait())
            #expect(try await peer.exchange(peer.request("POST", "/", isWhole: false)).status == 408)
        }
    }

    @Test func `a handler has its own time once the body has come`() async throws {
        let gate = Event()
        let app = Application.quiet()
        app.limits.body = .milliseconds(100)
        app.use { ctx, _ in
            _ = try await ctx.request.bytes()
            await gate.wait()
            ctx.body = .text("done")
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let request = try peer.request("POST", "/", isWhole: false)
            try await peer.send(request, .init(kind: .data, flags: 1, stream: request.stream, payload: [0x78]))
            // Longer than the body had.
            _ = try? await peer.read(timeout: .milliseconds(300))
            gate.fire()
            #expect(try await peer.readReply(to: request).text == "done")
        }
    }

    @Test func `a producer that waits for nobody outlasts the time for the body`() async throws {
        let gate = Event()
        let app = Application.quiet()
        app.limits.body = .milliseconds(100)
        app.use { ctx, _ in
            let body = ctx.request.body
            ctx.body = .stream(
                ResponseStream { writer in
                    for try await part in body {
                        try await writer.write(part)
                        break
                    }
                    await gate.wait()
                    try await writer.write(ByteBuffer(string: "end"))
                })
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let request = try peer.request("POST", "/", isWhole: false)
            try await peer.send(request, .init(kind: .data, stream: request.stream, payload: [0x78]))
            #expect(try await peer.read().kind == .headers)
            #expect(try await peer.read().payload == [0x78])
            // Longer than the limit: nothing comes, and the stream lives.
            _ = try? await peer.read(timeout: .milliseconds(300))
            gate.fire()
            #expect(try await peer.readReply(to: request).text == "end")
        }
    }

    @Test func `a client that opens no window has its stream reset`() async throws {
        let app = Application.quiet()
        app.limits.write = .milliseconds(200)
        app.use { ctx, _ in ctx.body = .bytes(ByteBuffer(repeating: 0x78, count: 200_000)) }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let reply = try await peer.exchange(peer.request("GET", "/"))
            #expect(reply.resetCode == 8)
            #expect(reply.content.count == 65_535)
        }
    }

    @Test func `a client that opens windows and reads nothing has all its producers cut`() async throws {
        let ended = Event()
        let app = Application.quiet()
        app.limits.write = .milliseconds(300)
        app.use { ctx, _ in
            ctx.body = .stream(
                ResponseStream { writer in
                    defer { ended.fire() }
                    while true { try await writer.write(ByteBuffer(repeating: 7, count: 1_000)) }
                })
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            // As wide as windows get: what is left to fill is the socket.
            try await peer.send(
                .init(kind: .settings, payload: [0, 4, 0x7F, 0xFF, 0xFF, 0xFF]),
                .init(kind: .windowUpdate, payload: [0x7F, 0xFF, 0, 0]))
            try await peer.connection.setReading(false)
            let requests = try (0..<4).map { try peer.request("GET", "/\($0)") }
            try await peer.send(requests)
            for _ in requests { #expect(await ended.wait()) }
            // The end of TLS needs a reader.
            try await peer.connection.setReading(true)
            await peer.connection.close()
        }
    }

    @Test func `koa 4.8 a reset by the client cancels the handler`() async throws {
        let (started, never, cancelled) = (Event(), Event(), Event())
        let app = Application.quiet()
        app.use { _, _ in
            started.fire()
            if await !never.wait() { cancelled.fire() }
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let request = try peer.request("GET", "/")
            try await peer.send(request)
            await started.wait()
            try await peer.send(.init(kind: .reset, stream: request.stream, payload: [0, 0, 0, 8]))
            #expect(await cancelled.wait())
        }
    }

    @Test func `a connection that ends cancels the handlers of all its streams`() async throws {
        let (started, never, cancelled) = (Event(), Event(), Event())
        let app = Application.quiet()
        app.use { _, _ in
            started.fire()
            if await !never.wait() { cancelled.fire() }
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            try await peer.send(peer.request("GET", "/a"), peer.request("GET", "/b"))
            for _ in 0..<2 { await started.wait() }
            try await peer.connection.reset()
            for _ in 0..<2 { #expect(await cancelled.wait()) }
        }
    }

    @Test func `an idle connection is told goodbye`() async throws {
        let app = Application.echo()
        app.limits.idle = .milliseconds(200)
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            #expect(try await peer.exchange(peer.request("GET", "/")).status == 200)
            #expect(try await peer.readGoAway() == 0)
        }
    }

    @Test func `a request over the cap is shed on its stream`() async throws {
        let change: (inout ServerOptions) -> Void = { $0.maximumRequestsInFlight = 0 }
        try await TLSFixture.serve(.echo(), change) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            for _ in 0..<2 {
                let reply = try await peer.exchange(peer.request("GET", "/"))
                #expect(reply.status == 503)
                #expect(reply.headers.first(name: "retry-after") == "1")
            }
        }
    }

    @Test func `a stop lets streams finish and takes no new ones`() async throws {
        let (started, gate) = (Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            started.fire()
            await gate.wait()
            ctx.body = .text("finished")
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let request = try peer.request("GET", "/")
            try await peer.send(request)
            await started.wait()
            async let stopped: Void = server.shutdown()
            #expect(try await peer.readGoAway() == 0)
            gate.fire()
            #expect(try await peer.readReply(to: request).text == "finished")
            await peer.connection.close()
            await stopped
        }
    }

    @Test func `a stream that never ends does not hold a stop longer than the limit`() async throws {
        let (started, never) = (Event(), Event())
        let app = Application.quiet()
        app.limits.shutdown = .milliseconds(100)
        app.use { _, _ in
            started.fire()
            _ = await Task.detached { await never.wait() }.value
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            try await peer.send(peer.request("GET", "/"))
            await started.wait()
            let duration = await ContinuousClock().measure { await server.shutdown() }
            #expect(duration < .seconds(5))
            never.fire()
        }
    }
}

/// Floods that have taken servers down; CVE-2023-44487 and CVE-2024-27316 among them.
@Suite(.timeLimit(.minutes(1)), .enabled(if: TLSFixture.isAvailable, "openssl not found"))
struct HTTP2FloodTests {
    private func expectGoodbye(_ code: UInt8, _ flood: (HTTP2Peer) async throws -> Void) async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            // The server may close while the flood is still being sent.
            try? await flood(peer)
            if let goodbye = try? await peer.readGoAway() { #expect(goodbye == code) }
            // An end, or a reset if something was still on its way.
            do {
                _ = try await peer.connection.readToEnd()
            } catch let error as RawConnectionError {
                #expect(error.code != .timedOut)
            }
            let next = try await HTTP2Peer.connect(tls, server)
            #expect(try await next.exchange(next.request("GET", "/alive")).text == "GET /alive")
        }
    }

    @Test func `requests that are reset at once end the connection`() async throws {
        try await expectGoodbye(11) { peer in
            for _ in 0..<1000 {
                let request = try peer.request("GET", "/")
                try await peer.send(request, .init(kind: .reset, stream: request.stream, payload: [0, 0, 0, 8]))
            }
        }
    }

    @Test func `header blocks without end, in many pieces or one, end the connection`() async throws {
        try await expectGoodbye(11) { peer in
            var request = try peer.request("GET", "/")
            request.flags = 1
            try await peer.send(request)
            for _ in 0..<1000 {
                try await peer.send(
                    .init(kind: .continuation, stream: request.stream, payload: [0x40, 1, 0x78, 1, 0x79]))
            }
        }
        try await expectGoodbye(1) { peer in
            for _ in 0..<8 {
                try await peer.send(
                    peer.request("GET", "/", (0..<15).map { ("x\($0)", String(repeating: "\($0)", count: 4000)) }))
            }
        }
    }

    @Test(arguments: [HTTP2Peer.Frame.Kind.ping, .settings])
    func `control frames without end end the connection`(kind: HTTP2Peer.Frame.Kind) async throws {
        try await expectGoodbye(11) { peer in
            for _ in 0..<1000 {
                try await peer.send(.init(kind: kind, payload: kind == .ping ? [UInt8](repeating: 0, count: 8) : []))
            }
        }
    }

    @Test func `empty data frames without end end the connection`() async throws {
        try await expectGoodbye(11) { peer in
            let request = try peer.request("POST", "/echo", isWhole: false)
            try await peer.send(request)
            for _ in 0..<1000 { try await peer.send(.init(kind: .data, stream: request.stream)) }
        }
    }

    @Test func `errors of single streams without end end the connection`() async throws {
        try await expectGoodbye(11) { peer in
            for _ in 0..<150 { try await peer.send(peer.request("GET", "/", [("X-Upper", "y")])) }
        }
    }

    @Test func `bytes that are no HTTP 2 end the connection`() async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            let connection = try await tls.connect(server, offering: ["h2"])
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await connection.readToEnd(timeout: .seconds(5))
        }
    }
}

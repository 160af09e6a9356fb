import KoaKit
import KoaTesting
import NIOCore
import NIOHPACK
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)), .enabled(if: TLSFixture.isAvailable, "openssl not found"))
struct HTTP2Tests {
    private func curl(
        _ tls: TLSFixture, _ server: Server, _ path: String, _ options: String...
    ) async throws -> Command.Outcome {
        try await Command.run(
            [
                "/usr/bin/curl", "-sS", "--max-time", "30", "--http2", "--cacert", tls.chain,
                "https://localhost:\(server.port)\(path)",
            ] + options, in: tls.folder)
    }

    @Test func `curl gets its reply over HTTP 2`() async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            let outcome = try await curl(tls, server, "/curl?a=b", "-w", " %{http_version} %{http_code}")
            #expect(outcome.output == "GET /curl 2 200")
        }
    }

    @Test func `curl sends and gets a large body over HTTP 2`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = .bytes(try await ctx.request.bytes(upTo: 10_000_000)) }
        try await TLSFixture.serve(app) { tls, server in
            let file = tls.folder.file("upload")
            _ = try await Command.run(["/bin/sh", "-c", "head -c 3000000 /dev/urandom > \(file)"], in: tls.folder)
            let outcome = try await curl(
                tls, server, "/", "--data-binary", "@\(file)", "-o", "\(file).back", "-w",
                "%{http_version} %{http_code}")
            #expect(outcome.output == "2 200")
            #expect(try await Command.run(["/usr/bin/cmp", file, "\(file).back"], in: tls.folder).status == 0)
        }
    }

    @Test func `koa 4.14 HTTP 1.1 is served where HTTP 2 is off or not offered`() async throws {
        let change: (inout ServerOptions) -> Void = { $0.isHTTP2Enabled = false }
        try await TLSFixture.serve(.echo(), change) { tls, server in
            let outcome = try await curl(tls, server, "/", "-w", " %{http_version}")
            #expect(outcome.output == "GET / 1.1")
        }
    }

    @Test func `koa 1.70 the authority is the host, and the connection is known to be secure`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            let connection = ctx.request.connection
            ctx.body = .text(
                "\(ctx.host) \(connection.isSecure) \(connection.version.major) \(connection.remoteAddress ?? "")")
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let reply = try await peer.exchange(peer.request("GET", "/", authority: "b:81"))
            #expect(reply.text == "b:81 true 2 127.0.0.1")
            let hostOnly = try await peer.exchange(peer.request("GET", "/", [("host", "c")], authority: nil))
            #expect(hostOnly.text == "c true 2 127.0.0.1")
        }
    }

    @Test func `koa 1.41 a status without a body is told by its number`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.status = 400 }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let reply = try await peer.exchange(peer.request("GET", "/"))
            #expect(reply.status == 400)
            #expect(reply.text == "400")
            #expect(reply.headers.first(name: "content-length") == "3")
        }
    }

    @Test func `fields are in lower case, with a date and without those of a connection`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.set("X-Mixed-Case", "Kept")
            for name in ["Connection", "Keep-Alive", "Upgrade", "Proxy-Connection"] { ctx.set(name, "close") }
            ctx.body = .text("ok")
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let reply = try await peer.exchange(peer.request("GET", "/"))
            #expect(reply.text == "ok")
            let names = reply.headers.map(\.name)
            #expect(names.contains("x-mixed-case") && names.contains("date"))
            #expect(names.allSatisfy { $0 == $0.lowercased() })
            #expect(Set(names).isDisjoint(with: ["connection", "keep-alive", "upgrade", "proxy-connection"]))
        }
    }

    @Test func `a cookie in pieces is one field again`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = .text(ctx.get("Cookie")) }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let reply = try await peer.exchange(peer.request("GET", "/", [("cookie", "a=1"), ("cookie", "b=2")]))
            #expect(reply.text == "a=1; b=2")
        }
    }

    @Test func `HEAD and empty bodies end with the head`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = ctx.path == "/empty" ? .empty : .text("content") }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let head = try await peer.exchange(peer.request("HEAD", "/"))
            #expect(head.headers.first(name: "content-length") == "7")
            #expect(head.content.isEmpty)
            #expect(try await peer.exchange(peer.request("GET", "/empty")).status == 204)
        }
    }

    @Test func `koa 4.14 requests at once are answered as they are ready`() async throws {
        let gate = Event()
        let app = Application.quiet()
        app.use { ctx, _ in
            if ctx.path == "/slow" { await gate.wait() }
            ctx.body = .text(ctx.path)
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let (slow, fast) = (try peer.request("GET", "/slow"), try peer.request("GET", "/fast"))
            try await peer.send(slow, fast)
            #expect(try await peer.readReply(to: fast).text == "/fast")
            gate.fire()
            #expect(try await peer.readReply(to: slow).text == "/slow")
        }
    }

    @Test func `a body that nobody reads is not wanted after the reply`() async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let request = try peer.request("POST", "/other", isWhole: false)
            #expect(try await peer.exchange(request).text == "POST /other")
            let frame = try await peer.read()
            #expect(frame.kind == .reset && frame.code == 0 && frame.stream == request.stream)
        }
    }

    @Test func `a body arrives in pieces, or over the limit, or when it is asked for`() async throws {
        try await TLSFixture.serve(.echo()) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let request = try peer.request("POST", "/echo", isWhole: false)
            try await peer.send(
                request, .init(kind: .data, stream: request.stream, payload: Array("hello ".utf8)),
                .init(kind: .data, flags: 1, stream: request.stream, payload: Array("world".utf8)))
            #expect(try await peer.readReply(to: request).text == "hello world")
            let asked = try peer.request("POST", "/echo", [("expect", "100-continue")], isWhole: false)
            #expect(try await peer.exchange(asked).status == 100)
            try await peer.send(.init(kind: .data, flags: 1, stream: asked.stream, payload: [0x78]))
            #expect(try await peer.readReply(to: asked).text == "x")
            let large = try peer.request("POST", "/echo", [("content-length", "70000")], isWhole: false)
            #expect(try await peer.exchange(large).status == 413)
        }
    }

    @Test func `an error is the application's, and a cut connection a reset of the stream alone`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            switch ctx.path {
            case "/throw": throw HTTPError(418, "teapot")
            case "/cut": ctx.response.disconnect()
            default: ctx.body = .text("fine")
            }
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let thrown = try await peer.exchange(peer.request("GET", "/throw"))
            #expect(thrown.status == 418)
            #expect(thrown.text == "teapot")
            #expect(try await peer.exchange(peer.request("GET", "/cut")).resetCode == 2)
            #expect(try await peer.exchange(peer.request("GET", "/fine")).text == "fine")
        }
    }

    @Test func `a stream is sent while it is made, and one that fails is reset`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            let fails = ctx.path == "/fails"
            ctx.body = .stream(
                ResponseStream { writer in
                    for piece in ["one ", "two"] { try await writer.write(ByteBuffer(string: piece)) }
                    if fails { throw HTTPError(500) }
                })
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let whole = try await peer.exchange(peer.request("GET", "/"))
            #expect(whole.text == "one two" && whole.resetCode == nil)
            #expect(try await peer.exchange(peer.request("GET", "/fails")).resetCode == 2)
        }
    }

    @Test func `a producer waits for the window of its client`() async throws {
        let trace = Trace()
        let app = Application.quiet()
        app.use { ctx, _ in
            if ctx.path == "/other" {
                ctx.body = .text("other")
                return
            }
            ctx.body = .stream(
                ResponseStream { writer in
                    for _ in 0..<100 {
                        try await writer.write(ByteBuffer(repeating: 0x78, count: 65_536))
                        trace.add("")
                    }
                })
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            try await peer.send(peer.request("GET", "/"))
            var received = 0
            // All that the window allows.
            while received < 65_535 {
                let frame = try await peer.read()
                if frame.kind == .data { received += frame.payload.count }
            }
            let other = try peer.request("GET", "/other")
            try await peer.send(other)
            while true {
                let frame = try await peer.read()
                if frame.stream == other.stream, frame.kind == .headers { break }
            }
            #expect(received == 65_535)
            #expect(trace.count < 10)
            await peer.connection.close()
        }
    }

    @Test(arguments: ["text", "stream", "empty"])
    func `koa 1 57 flushHeaders sends the head now, and a later body is still delivered`(kind: String) async throws {
        let go = Event()
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.status = 401
            try await ctx.flushHeaders()
            await go.wait()
            switch kind {
            case "text": ctx.body = .text("hello")
            case "stream": ctx.body = .stream(ResponseStream { try await $0.write(ByteBuffer(string: "hello")) })
            default: ctx.body = .empty
            }
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            for method in ["GET", "HEAD"] {
                let request = try peer.request(method, "/")
                try await peer.send(request)
                let head = try await peer.read()
                #expect(head.kind == .headers && !head.endsStream)
                go.fire()
                let reply = try await peer.readReply(to: request)
                #expect(reply.text == (kind == "empty" || method == "HEAD" ? "" : "hello"))
                #expect(reply.resetCode == nil)
            }
        }
    }

    @Test(arguments: ["error", "length", "slow"])
    func `koa 1 34 after an error the head that was sent stands, and the stream is reset`(kind: String) async throws {
        let (never, observed) = (Event(), Trace())
        let app = Application.quiet()
        app.limits.handler = .milliseconds(200)
        app.onError { error, ctx in observed.add("\(type(of: error)) \(ctx.response.isHeadSent)") }
        app.use { ctx, _ in
            ctx.status = 200
            if kind == "length" { ctx.response.length = 3 }
            try await ctx.flushHeaders()
            if kind == "slow" { await never.wait() }
            if kind == "error" { throw HTTPError(409) }
            ctx.body = .text("hello")
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let reply = try await peer.exchange(peer.request("GET", "/"))
            #expect(reply.status == 200 && reply.resetCode == 2 && reply.content.isEmpty)
        }
        #expect(observed.all == [kind == "length" ? "ContentLengthMismatch true" : "HTTPError true"])
    }

    @Test func `a producer that asks for the body has the client told to continue`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            let body = ctx.request.body
            ctx.body = .stream(ResponseStream { writer in for try await part in body { try await writer.write(part) } })
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            let request = try peer.request("POST", "/", [("expect", "100-continue")], isWhole: false)
            #expect(try await peer.exchange(request).status == 100)
            try await peer.send(.init(kind: .data, flags: 1, stream: request.stream, payload: Array("hello".utf8)))
            #expect(try await peer.readReply(to: request).text == "hello")
        }
    }
}

import FoundationEssentials
import KoaKit
import NIOCore
import NIOHTTP1
import Testing

@testable import KoaTesting

@Suite(.timeLimit(.minutes(1)))
struct BodyStreamTests {
    /// Answers the number of bytes and their sum, taken in pieces.
    private func counting() -> Application {
        let app = Application.quiet()
        app.use { ctx, _ in
            var (count, sum) = (0, 0)
            for try await buffer in ctx.request.body {
                count += buffer.readableBytes
                sum += buffer.readableBytesView.reduce(0) { $0 &+ Int($1) }
            }
            ctx.body = .text("\(count) \(sum)")
        }
        return app
    }

    @Test(arguments: [0, 1, 65_536, 300_000], Transport.allCases)
    func `a body is taken in pieces, to its end`(count: Int, over transport: Transport) async throws {
        try await counting().test(over: transport) { client in
            for _ in 0..<2 {
                let reply = try await client.post("/", body: .bytes(Array(repeating: 2, count: count)))
                #expect(reply.text == "\(count) \(2 * count)")
            }
        }
    }

    @Test func `a chunked body is taken in pieces, and 100-continue is sent for the first`() async throws {
        try await counting().serve { connection in
            try await connection.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await connection.readReply().status == 100)
            try await connection.send("2\r\n\u{1}\u{1}\r\n")
            try await connection.send("1\r\n\u{2}\r\n0\r\n\r\n")
            #expect(try await connection.readReply().text == "3 4")
        }
    }

    @Test func `an upload larger than the connection's buffers passes through with memory flat`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            var count = 0
            for try await buffer in ctx.request.body { count += buffer.readableBytes }
            ctx.body = .text("\(count)")
        }
        try await app.serve { connection in
            let piece = Array(repeating: UInt8(3), count: 1 << 20)
            let before = try Self.residentMegabytes()
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(256 << 20)\r\n\r\n")
            for _ in 0..<256 { try await connection.send(piece) }
            #expect(try await connection.readReply().text == "\(256 << 20)")
            let grown = try Self.residentMegabytes() - before
            #expect(grown < 40, "grew by \(grown) MiB")
        }
    }

    private static func residentMegabytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return try #require(Int(fields[1])) * 4096 >> 20
    }

    @Test func `a handler that is behind holds the client back`() async throws {
        let (started, go) = (Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            var count = 0
            for try await buffer in ctx.request.body {
                if count == 0 {
                    started.fire()
                    await go.wait()
                }
                count += buffer.readableBytes
            }
            ctx.body = .text("\(count)")
        }
        try await app.serve { connection in
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\nx")
            await started.wait()
            let rest = Array(repeating: UInt8(3), count: 49_999_999)
            // More than the buffers of both sockets.
            await #expect(throws: RawConnectionError(.timedOut)) {
                try await connection.send(rest, timeout: .milliseconds(300))
            }
            go.fire()
            #expect(try await connection.readReply().text == "50000000")
        }
    }

    @Test(arguments: Transport.allCases)
    func `a body is read once: in pieces, or whole`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            switch ctx.path {
            case "/pieces-then-whole":
                for try await _ in ctx.request.body {}
                _ = try await ctx.request.bytes()
            case "/pieces-twice":
                var counts = [0, 0]
                for index in 0...1 {
                    for try await buffer in ctx.request.body { counts[index] += buffer.readableBytes }
                }
                ctx.body = .text("\(counts)")
            default:
                let whole = try await ctx.request.bytes()
                var pieces = 0
                for try await buffer in ctx.request.body { pieces += buffer.readableBytes }
                ctx.body = .text("\(whole.readableBytes) \(pieces)")
            }
        }
        try await app.test(over: transport) { client in
            let refused = try await client.post("/pieces-then-whole", body: "hello")
            #expect(refused.status == 500)
            #expect(try await client.post("/pieces-twice", body: "hello").text == "[5, 0]")
            #expect(try await client.post("/whole-then-pieces", body: "hello").text == "5 5")
        }
    }

    @Test func `what a handler left of a body is thrown away, or ends the connection`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            var body = ctx.request.body.makeAsyncIterator()
            ctx.body = .text("\(try await body.next()?.readableBytes ?? 0 > 0)")
        }
        try await app.serve { connection in
            for _ in 0..<2 {
                try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\nx")
                #expect(try await connection.readReply().text == "true")
                try await connection.send(Array(repeating: 3, count: 9_999))
            }
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\nx")
            let last = try await connection.readReply()
            #expect(last["connection"] == "close")
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `a body flows through to the reply, larger than any buffer`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = .stream(ResponseStream(ctx.request.body)) }
        try await app.serve { connection in
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n")
            async let reply = connection.readReply(timeout: .seconds(30))
            for _ in 0..<30 { try await connection.send(Array(repeating: 3, count: 1_000_000)) }
            #expect(try await reply.content.count == 30_000_000)
        }
    }

    @Test(arguments: [
        ("Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n", 400), ("Content-Length: 5\r\n\r\nab", 408),
    ])
    func `what ends a body early is thrown into the loop that takes it`(request: String, status: Int) async throws {
        let app = Application.quiet()
        app.limits.body = .milliseconds(200)
        app.use { ctx, next in
            ctx.set("X-Survives", "yes", survivesError: true)
            try await next()
        }
        app.use { ctx, _ in for try await _ in ctx.request.body {} }
        try await app.serve { connection in
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\n" + request)
            let reply = try await connection.readReply()
            #expect(reply.status == status)
            #expect(reply["x-survives"] == "yes")
            #expect(reply["connection"] == "close")
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `a client that leaves in the middle is told apart from an error`() async throws {
        let (started, failed, observed) = (Event(), Event(), Trace())
        let app = Application.quiet()
        app.onError { error, _ in observed.add("\(error)") }
        app.use { ctx, _ in
            do {
                for try await _ in ctx.request.body { started.fire() }
            } catch {
                #expect((error as? HTTPError)?.reason == .clientClosed || error is CancellationError)
                failed.fire()
                throw error
            }
        }
        try await app.serve { connection in
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello")
            await started.wait()
            try await connection.reset()
            #expect(await failed.wait())
        }
        #expect(observed.all.isEmpty)
    }
}

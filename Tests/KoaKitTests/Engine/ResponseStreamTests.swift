import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ResponseStreamTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private func app(
        length: Int? = nil,
        _ produce: @escaping @Sendable (any BodyWriter) async throws -> Void
    ) -> Application {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = .stream(ResponseStream(contentLength: length, produce)) }
        return app
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.44 a stream is octets in chunks, unless type and length are set`(
        over transport: Transport
    ) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            if ctx.path == "/set" {
                ctx.set("Content-Type", "text/csv")
                ctx.response.length = 9
            }
            ctx.body = .stream(
                ResponseStream { writer in
                    for _ in 0..<3 { try await writer.write(ByteBuffer(string: "a,b")) }
                })
        }
        try await app.test(over: transport) { client in
            for _ in 0..<2 {
                let chunked = try await client.get("/")
                #expect(chunked.text == "a,ba,ba,b")
                #expect(chunked["content-type"] == "application/octet-stream")
                #expect(chunked["content-length"] == nil)
                #expect(chunked["transfer-encoding"] == "chunked")
                let whole = try await client.get("/set")
                #expect(whole.text == "a,ba,ba,b")
                #expect(whole["content-type"] == "text/csv")
                #expect(whole["content-length"] == "9")
                #expect(whole["transfer-encoding"] == nil)
            }
        }
    }

    @Test func `an HTTP 1.0 client gets the stream up to the end of the connection`() async throws {
        try await app { writer in try await writer.write(ByteBuffer(string: "hello")) }.serve { connection in
            try await connection.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let reply = try await connection.readReply()
            #expect(reply.text == "hello")
            #expect(reply["connection"] == "close")
            #expect(reply["transfer-encoding"] == nil)
        }
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.54 HEAD has the fields of a stream and never runs its producer`(
        over transport: Transport
    ) async throws {
        let trace = Trace()
        try await app(length: 5) { _ in trace.add("run") }.test(over: transport) { client in
            let reply = try await client.head("/")
            #expect(reply.status == 200)
            #expect(reply["content-length"] == "5")
        }
        #expect(trace.all.isEmpty)
    }

    @Test(arguments: [204, 205, 304], Transport.allCases)
    func `a status without content never runs the producer`(status: Int, over transport: Transport) async throws {
        let trace = Trace()
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.body = .stream(ResponseStream { _ in trace.add("run") })
            ctx.status = status
        }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == status)
        }
        #expect(trace.all.isEmpty)
    }

    @Test func `the producer runs after the middleware have unwound`() async throws {
        let trace = Trace()
        let app = Application.quiet()
        app.use { ctx, next in
            try await next()
            trace.add("unwound")
        }
        app.use { ctx, _ in
            ctx.body = .stream(
                ResponseStream { writer in
                    trace.add("produced")
                    try await writer.write(ByteBuffer(string: "x"))
                })
        }
        try await app.test(over: .socket) { client in _ = try await client.get("/") }
        #expect(trace.all == ["unwound", "produced"])
    }

    @Test func `pipelined streams are answered in order`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            let path = ctx.path
            ctx.body = .stream(
                ResponseStream { writer in
                    for _ in 0..<3 {
                        await Task.yield()
                        try await writer.write(ByteBuffer(string: path))
                    }
                })
        }
        try await app.serve { connection in
            try await connection.send((0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            for index in 0..<20 {
                #expect(try await connection.readReply().text == String(repeating: "/\(index)", count: 3))
            }
        }
    }

    @Test func `large and small writes leave in order`() async throws {
        let sizes = [1, 8_192, 8_193, 3, 200_000, 0, 1_000_000, 5]
        let app = Application.quiet()
        app.use { ctx, _ in
            let length = ctx.path == "/sized" ? sizes.reduce(0, +) : nil
            ctx.body = .stream(
                ResponseStream(contentLength: length) { writer in
                    for (index, size) in sizes.enumerated() {
                        try await writer.write(ByteBuffer(repeating: UInt8(index), count: size))
                    }
                })
        }
        let expected = sizes.enumerated().flatMap { Array(repeating: UInt8($0), count: $1) }
        try await app.test(over: .socket) { client in
            for path in ["/chunked", "/sized", "/chunked"] {
                let reply = try await client.get(path)
                #expect(reply.content == expected)
            }
        }
    }

    @Test func `a producer that leaves the event loop writes all the same`() async throws {
        let app = app { writer in
            try await Self.onGlobalExecutor {
                for _ in 0..<100 { try await writer.write(ByteBuffer(repeating: 1, count: 10_000)) }
            }
        }
        try await app.test(over: .socket) { client in
            let reply = try await client.get("/")
            #expect(reply.content.count == 1_000_000)
        }
    }

    private static func onGlobalExecutor(_ body: () async throws -> Void) async throws {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { try await body() }
    }

    // MARK: Errors

    @Test(arguments: Transport.allCases)
    func `koa 1.35 an error before the first byte is an error reply`(over transport: Transport) async throws {
        struct Broken: Error {}
        let observed = Trace()
        let app = app(length: 5) { _ in throw Broken() }
        app.onError { error, _ in observed.add("\(type(of: error))") }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == 500)
            #expect(reply.text == "Internal Server Error")
            #expect(reply["content-length"] == "21")
        }
        #expect(observed.all == ["Broken"])
    }

    @Test(arguments: ["HTTP/1.1", "HTTP/1.0"], [5, nil])
    func `koa 1.35 an error after the first byte cuts the connection and is observed`(
        version: String, length: Int?
    ) async throws {
        struct Broken: Error {}
        let (observed, heard) = (Trace(), Event())
        let app = app(length: length) { writer in
            try await writer.write(ByteBuffer(string: "hell"))
            throw Broken()
        }
        app.onError { error, ctx in
            observed.add("\(type(of: error)) \(ctx.status)")
            heard.fire()
        }
        try await app.serve { connection in
            try await connection.send("GET / \(version)\r\nHost: a\r\n\r\n")
            await #expect(throws: RawConnectionError.self) { _ = try await connection.readReply() }
            await heard.wait()
        }
        #expect(observed.all == ["Broken 200"])
    }

    @Test func `an error shaper's stream takes the place of one that failed before its first byte`() async throws {
        struct Broken: Error {}
        let app = app { _ in throw Broken() }
        app.shapeErrors { error, ctx in
            let isFirst = ctx.get("X-Twice").isEmpty
            ctx.body = .stream(
                ResponseStream { writer in
                    guard isFirst else { throw Broken() }
                    try await writer.write(ByteBuffer(string: "shaped"))
                })
        }
        try await app.serve { connection in
            try await connection.send(Self.get)
            let reply = try await connection.readReply()
            #expect(reply.status == 500)
            #expect(reply.text == "shaped")
            // One that fails, too, is no endless loop.
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nX-Twice: 1\r\n\r\n")
            await #expect(throws: RawConnectionError.self) { _ = try await connection.readReply() }
        }
    }

    @Test(arguments: [4, 6])
    func `a stream of another length than announced is cut and observed`(written: Int) async throws {
        let (observed, heard) = (Trace(), Event())
        let app = app(length: 5) { writer in
            for _ in 0..<written {
                // One that does not look at its errors is cut all the same.
                try? await writer.write(ByteBuffer(string: "x"))
            }
        }
        app.onError { error, _ in
            observed.add("\((error as? ContentLengthMismatch)?.written ?? 0)")
            heard.fire()
        }
        try await app.serve { connection in
            try await connection.send(Self.get + Self.get)
            let rest = String(decoding: try await connection.readToEnd(), as: UTF8.self)
            #expect(rest.hasSuffix("\r\n\r\n" + String(repeating: "x", count: min(written, 5))))
            await heard.wait()
        }
        #expect(observed.all == ["\(written)"])
    }

    // MARK: Back-pressure

    @Test func `a client that reads nothing holds a producer back, until the write limit cuts it`() async throws {
        let (written, cancelled) = (Trace(), Event())
        let app = app { writer in
            do {
                while true {
                    try await writer.write(ByteBuffer(repeating: 7, count: 50_000))
                    written.add("")
                }
            } catch is CancellationError {
                cancelled.fire()
                throw CancellationError()
            }
        }
        app.limits.write = .milliseconds(300)
        try await app.serve { connection in
            try await connection.setReading(false)
            try await connection.send(Self.get)
            #expect(await cancelled.wait())
        }
        // What the sockets of both sides hold on this machine, and not what a second of writing makes.
        #expect(written.count < 400, "\(written.count * 50_000) bytes")
    }

    /// Where the room ends is a matter of chance: in a write, or in the flush of what a producer left behind in its turn.
    @Test func `clients that read nothing have producers of small writes cut, wherever their room ends`() async throws {
        let ended = Event()
        let app = app { writer in
            defer { ended.fire() }
            while true { try await writer.write(ByteBuffer(repeating: 7, count: 100)) }
        }
        app.limits.write = .milliseconds(300)
        try await app.withServer { server in
            var connections: [RawConnection] = []
            for _ in 0..<8 {
                let connection = try await RawConnection.connect(port: server.port)
                try await connection.setReading(false)
                try await connection.send(Self.get)
                connections.append(connection)
            }
            for connection in connections {
                #expect(await ended.wait())
                await connection.close()
            }
        }
    }

    @Test func `a client that reads slowly gets all of a stream that takes longer than every limit`() async throws {
        let app = app { writer in
            for _ in 0..<200 { try await writer.write(ByteBuffer(repeating: 7, count: 100_000)) }
        }
        app.limits.request = .milliseconds(100)
        app.limits.idle = .milliseconds(100)
        app.limits.linger = .milliseconds(100)
        app.limits.write = .seconds(1)
        try await app.serve { connection in
            try await connection.setReading(false)
            try await connection.send(Self.get)
            // Each wait is within the limit for writing, together they are past it.
            for _ in 0..<5 {
                _ = try? await connection.read(1 << 30, timeout: .milliseconds(300))
                try await connection.setReading(true)
                _ = try? await connection.read(1 << 30, timeout: .milliseconds(5))
                try await connection.setReading(false)
            }
            try await connection.setReading(true)
            #expect(try await connection.readReply().content.count == 20_000_000)
        }
    }

    @Test func `an endless stream to a fast reader leaves the loop to others`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            let endless = ResponseStream { writer in
                while true { try await writer.write(ByteBuffer(repeating: 7, count: 10_000)) }
            }
            ctx.body = ctx.path == "/endless" ? .stream(endless) : .text("here")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try await app.start(port: 0, on: group)
        let endless = try await RawConnection.connect(port: server.port)
        try await endless.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
        let other = try await RawConnection.connect(port: server.port)
        for _ in 0..<20 {
            _ = try await endless.read(1_000_000)
            try await other.send(Self.get)
            #expect(try await other.readReply().text == "here")
        }
        try await endless.reset()
        await other.close()
        await server.shutdown()
        try await group.shutdownGracefully()
    }

    // MARK: Clients that leave

    @Test(arguments: [true, false])
    func `koa 1.48 a client that leaves cancels the producer`(isWriting: Bool) async throws {
        let (started, never, cancelled) = (Event(), Event(), Event())
        let observed = Trace()
        let app = app { writer in
            do {
                try await writer.write(ByteBuffer(string: "x"))
                started.fire()
                if isWriting {
                    while true { try await writer.write(ByteBuffer(repeating: 7, count: 10_000)) }
                } else {
                    await never.wait()
                    try Task.checkCancellation()
                }
            } catch is CancellationError {
                cancelled.fire()
                throw CancellationError()
            }
        }
        app.onError { error, _ in observed.add("\(error)") }
        try await app.serve { connection in
            try await connection.send(Self.get)
            await started.wait()
            try await connection.reset()
            #expect(await cancelled.wait())
        }
        // Not an error of the application.
        #expect(observed.all.isEmpty)
    }

    @Test func `koa 1.48 a stream that is replaced is let go, one that is wrapped is not`() async throws {
        let trace = Trace()
        let app = Application.quiet()
        app.use { ctx, next in
            try await next()
            guard case .stream(let stream) = ctx.body else { return }
            switch ctx.path {
            case "/replaced": ctx.body = .text("other")
            case "/emptied": ctx.body = .empty
            default:
                ctx.body = .stream(
                    ResponseStream { writer in
                        try await writer.write(ByteBuffer(string: "<"))
                        try await stream.write(to: writer)
                    })
            }
        }
        app.use { ctx, _ in
            let path = ctx.path
            let (buffers, source) = AsyncStream<ByteBuffer>.makeStream()
            source.onTermination = { end in trace.add("\(path) \(end)") }
            source.yield(ByteBuffer(string: "inner"))
            if path == "/wrapped" { source.finish() }
            ctx.body = .stream(ResponseStream(buffers))
        }
        try await app.test(over: .socket) { client in
            let replaced = try await client.get("/replaced")
            #expect(replaced.text == "other")
            #expect(try await client.get("/emptied").status == 204)
            #expect(try await client.get("/wrapped").text == "<inner")
        }
        #expect(trace.all == ["/replaced cancelled", "/emptied cancelled", "/wrapped finished"])
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.53 a sequence of buffers is a body`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            let (buffers, source) = AsyncStream<ByteBuffer>.makeStream()
            for text in ["a", "b"] { source.yield(ByteBuffer(string: text)) }
            source.finish()
            ctx.body = .stream(ResponseStream(buffers, contentLength: ctx.path == "/known" ? 2 : nil))
        }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.text == "ab")
            #expect(reply["content-type"] == "application/octet-stream")
            #expect(reply["transfer-encoding"] == "chunked")
            let known = try await client.get("/known")
            #expect(known.text == "ab")
            #expect(known["content-length"] == "2")
            #expect(try await client.head("/known")["content-length"] == "2")
        }
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.47 a stream over another body drops Content-Length, the same stream keeps it`(
        over transport: Transport
    ) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            let stream = ResponseStream { writer in try await writer.write(ByteBuffer(string: "hello")) }
            ctx.body = ctx.path == "/same" ? .stream(stream) : .text("a")
            ctx.response.length = 5
            ctx.body = .stream(stream)
        }
        try await app.test(over: transport) { client in
            #expect(try await client.get("/same")["content-length"] == "5")
            let replaced = try await client.get("/other")
            #expect(replaced["content-length"] == nil)
            #expect(replaced.text == "hello")
        }
    }
}

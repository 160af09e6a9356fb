import KoaKit
import KoaTesting
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DeadlineTests {
    private func app(request: Duration = .milliseconds(300), idle: Duration = .seconds(30)) -> Application {
        let app = Application.echo()
        app.limits.request = request
        app.limits.idle = idle
        app.limits.linger = .seconds(1)
        return app
    }

    @Test func `koa 4.9 an idle connection is closed`() async throws {
        try await app(request: .seconds(30), idle: .milliseconds(300)).serve { connection in
            let rest = try await connection.readToEnd()
            #expect(rest.isEmpty)
        }
        try await app(request: .seconds(30), idle: .seconds(1)).serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().status == 200)
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test(arguments: ["G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n"])
    func `koa 4.9 a header block that does not arrive in time is refused with 408`(start: String) async throws {
        try await app().serve { connection in
            try await connection.send(start)
            let reply = try await connection.readReply()
            #expect(reply.status == 408)
            #expect(reply["connection"] == "close")
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `a header block that trickles in does not extend its time`() async throws {
        try await app().serve { connection in
            try await connection.send("GET / HTTP/1.1\r\n")
            var reply: TestReply?
            while reply == nil {
                try? await connection.send("X: y\r\n")
                reply = try? await connection.readReply(timeout: .milliseconds(20))
            }
            #expect(reply?.status == 408)
        }
    }

    @Test(arguments: ["Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"])
    func `koa 4.9 a body that does not arrive in time is refused with 408`(body: String) async throws {
        try await app().serve { connection in
            try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(body)")
            let reply = try await connection.readReply()
            #expect(reply.status == 408)
            #expect(reply["connection"] == "close")
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `an unread body that does not arrive in time ends the connection`() async throws {
        try await app().serve { connection in
            try await connection.send("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
            #expect(try await connection.readReply().status == 200)
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `koa 4.9 a slow handler is answered for with 503 and its task is cancelled`() async throws {
        let (never, cancelled) = (Event(), Event())
        let slow = Application.quiet()
        slow.limits = app().limits
        slow.use { ctx, _ in
            if await !never.wait() { cancelled.fire() }
            ctx.body = .text("too late")
        }
        try await slow.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let reply = try await connection.readReply()
            #expect(reply.status == 503)
            #expect(reply["connection"] == "close")
            #expect(await cancelled.wait())
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `a handler that ignores its cancellation answers nobody`() async throws {
        let (gate, done) = (Event(), Event())
        let app = Application.quiet()
        app.limits.request = .milliseconds(100)
        app.use { ctx, _ in
            // Waits in a task that is not cancelled with the request's.
            _ = await Task.detached { await gate.wait() }.value
            ctx.body = .text("too late")
            done.fire()
        }
        try await app.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().status == 503)
            gate.fire()
            await done.wait()
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `a producer that waits for nobody outlasts the time for the body`() async throws {
        let gate = Event()
        let app = Application.quiet()
        app.limits.body = .milliseconds(100)
        app.use { ctx, _ in
            let body = ctx.request.body
            ctx.body = .stream(
                ResponseStream(contentLength: 4) { writer in
                    for try await part in body {
                        try await writer.write(part)
                        break
                    }
                    await gate.wait()
                    try await writer.write(ByteBuffer(string: "end"))
                })
        }
        try await app.serve { connection in
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx")
            var head = ""
            while !head.hasSuffix("\r\n\r\nx") {
                head += String(decoding: try await connection.read(1), as: UTF8.self)
            }
            // Longer than the limit: nothing comes, and the connection lives.
            _ = try? await connection.read(1, timeout: .milliseconds(300))
            gate.fire()
            #expect(String(decoding: try await connection.read(3), as: UTF8.self) == "end")
        }
    }

    @Test func `each request of a connection has its own time`() async throws {
        try await app(request: .seconds(1)).serve { connection in
            for _ in 0..<8 {
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readReply().status == 200)
                _ = try? await connection.read(1, timeout: .milliseconds(200))
            }
        }
    }

    @Test func `a request behind a long stream has its whole time, though its head came in pieces`() async throws {
        let (streaming, streamEnd, started, gate) = (Event(), Event(), Event(), Event())
        let app = Application.quiet()
        app.limits.request = .milliseconds(500)
        app.use { ctx, _ in
            if ctx.path == "/second" {
                started.fire()
                ctx.body = .text(await gate.wait() ? "in time" : "too late")
            } else {
                ctx.body = .stream(
                    ResponseStream { writer in
                        streaming.fire()
                        await streamEnd.wait()
                        try await writer.write(ByteBuffer(string: "first"))
                    })
            }
        }
        try await app.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await streaming.wait()
            try await connection.send("GET /second HTTP/1.1\r\n")
            // The rest is another read.
            _ = try? await connection.read(1, timeout: .milliseconds(50))
            try await connection.send("Host: a\r\n\r\n")
            // Longer than the limit, which has not begun.
            _ = try? await connection.read(1, timeout: .milliseconds(800))
            streamEnd.fire()
            #expect(try await connection.readReply().text == "first")
            await started.wait()
            // A deadline that has passed would be seen by now.
            _ = try? await connection.read(1, timeout: .milliseconds(100))
            gate.fire()
            let reply = try await connection.readReply()
            #expect(reply.status == 200)
            #expect(reply.text == "in time")
        }
    }

    @Test func `a client that does not close after its last reply is cut`() async throws {
        try await app(request: .seconds(10), idle: .seconds(10)).serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try await connection.readReply().status == 200)
            #expect(try await connection.readToEnd().isEmpty)
            await #expect(throws: RawConnectionError.self) {
                while true {
                    try await connection.send("x")
                    _ = try? await connection.read(1, timeout: .milliseconds(20))
                }
            }
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct CancellationTests {
    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello",
    ])
    func `koa 4.8 a client that resets while its handler waits has its task cancelled`(request: String) async throws {
        let (started, never, cancelled) = (Event(), Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            started.fire()
            if await !never.wait() { cancelled.fire() }
        }
        try await app.serve { connection in
            try await connection.send(request)
            await started.wait()
            try await connection.reset()
            #expect(await cancelled.wait())
        }
    }

    @Test func `a client that resets while its body is awaited ends the wait`() async throws {
        let (started, failed) = (Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            started.fire()
            await #expect(throws: (any Error).self) { _ = try await ctx.request.bytes() }
            failed.fire()
        }
        try await app.serve { connection in
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello")
            await started.wait()
            try await connection.reset()
            #expect(await failed.wait())
        }
    }

    @Test func `a reset behind pipelined requests runs none of them`() async throws {
        let (started, never, cancelled) = (Event(), Event(), Event())
        let trace = Trace()
        let app = Application.quiet()
        app.use { ctx, _ in
            trace.add(ctx.path)
            started.fire()
            if await !never.wait() { cancelled.fire() }
        }
        try await app.serve { connection in
            try await connection.send((0..<10).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            await started.wait()
            try await connection.reset()
            await cancelled.wait()
        }
        #expect(trace.all == ["/0"])
    }

    private static func send(_ text: String, _ ctx: Context) {
        ctx.response.takeOver { writer in try await writer.write(ByteBuffer(string: text)) }
        ctx.status = 201
        ctx.body = .text("nobody gets this")
    }

    @Test func `koa 1.21, 1.22 a handler may take the connection over, or reset it`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            switch ctx.path {
            case "/reset": ctx.response.disconnect()
            case "/half": Self.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", ctx)
            case "/huge": Self.send(String(repeating: "x", count: 20_000_000), ctx)
            default: ctx.body = .text("whole")
            }
        }
        try await app.serve { connection in
            try await connection.send("GET /half HTTP/1.1\r\nHost: a\r\n\r\n")
            let sent = String(decoding: try await connection.readToEnd(), as: UTF8.self)
            #expect(sent == "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        }
        try await app.serve { connection in
            try await connection.send("GET /reset HTTP/1.1\r\nHost: a\r\n\r\n")
            await #expect(throws: RawConnectionError.self) { _ = try await connection.readReply() }
        }
        try await app.serve { connection in
            try await connection.send("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readToEnd().count == 20_000_000)
        }
        try await app.serve { connection in
            try await connection.send("GET /whole HTTP/1.1\r\nHost: a\r\n\r\nGET /half HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().text == "whole")
            #expect(String(decoding: try await connection.readToEnd(), as: UTF8.self).hasSuffix("half"))
        }
    }
}

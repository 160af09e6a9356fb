import KoaKit
import KoaTesting
import NIOCore
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PipeliningTests {
    @Test(arguments: [2, 50, 1000], [true, false])
    func `pipelined requests are answered in order though the first is slow`(count: Int, isSlow: Bool) async throws {
        let (started, gate) = (Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            if ctx.path == "/0", isSlow {
                started.fire()
                await gate.wait()
            }
            ctx.body = .text(ctx.path)
        }
        try await app.serve { connection in
            let requests = (0..<count).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
            try await connection.send(requests)
            if isSlow {
                await started.wait()
                gate.fire()
            }
            for index in 0..<count {
                #expect(try await connection.readReply().text == "/\(index)")
            }
        }
    }

    @Test func `pipelined replies larger than the socket takes at once are sent once each`() async throws {
        let (started, gate) = (Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            if ctx.path == "/0" {
                started.fire()
                await gate.wait()
            }
            ctx.body = .text(ctx.path + String(repeating: "x", count: 100_000))
        }
        try await app.serve { connection in
            try await connection.send((0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            await started.wait()
            gate.fire()
            for index in 0..<20 { #expect(try await connection.readReply().text.prefix(4) == "/\(index)xxx".prefix(4)) }
            try await connection.finishSending()
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `pipelined bodies reach their handlers though an earlier request is slow`() async throws {
        let (started, gate) = (Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            if ctx.path == "/slow" {
                started.fire()
                await gate.wait()
                ctx.body = .text("slow")
            } else if ctx.path == "/echo" {
                ctx.body = .bytes(try await ctx.request.bytes())
            } else {
                ctx.body = .text("ignored")
            }
        }
        try await app.serve { connection in
            try await connection.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            await started.wait()
            for path in ["/echo", "/ignore", "/echo"] {
                try await connection.send(
                    "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd"
                        + "POST \(path) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"
                )
            }
            gate.fire()
            #expect(try await connection.readReply().text == "slow")
            for expected in ["abcd", "abcd", "ignored", "ignored", "abcd", "abcd"] {
                #expect(try await connection.readReply().text == expected)
            }
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try await connection.readReply().status == 200)
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `handlers of pipelined requests do not overlap`() async throws {
        let trace = Trace()
        let app = Application.quiet()
        app.use { ctx, _ in
            trace.add("in \(ctx.path)")
            await Task.yield()
            trace.add("out \(ctx.path)")
            ctx.body = .text(ctx.path)
        }
        try await app.serve { connection in
            try await connection.send((0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            for index in 0..<20 { #expect(try await connection.readReply().text == "/\(index)") }
        }
        #expect(trace.all == (0..<20).flatMap { ["in /\($0)", "out /\($0)"] })
    }

    @Test func `a bad request after good ones is refused after their replies`() async throws {
        let (started, gate) = (Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            started.fire()
            await gate.wait()
            ctx.body = .text(ctx.path)
        }
        try await app.serve { connection in
            try await connection.send(
                "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nno HTTP at all\r\n\r\n")
            await started.wait()
            gate.fire()
            gate.fire()
            #expect(try await connection.readReply().text == "/1")
            #expect(try await connection.readReply().text == "/2")
            let refusal = try await connection.readReply()
            #expect(refusal.status == 400)
            #expect(refusal["connection"] == "close")
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `Connection close ends the connection and what follows it is not run`() async throws {
        let trace = Trace()
        let app = Application.quiet()
        app.use { ctx, _ in
            trace.add(ctx.path)
            ctx.body = .text(ctx.path)
        }
        try await app.serve { connection in
            try await connection.send(
                "GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            #expect(try await connection.readReply().text == "/1")
            #expect(try await connection.readToEnd().isEmpty)
        }
        #expect(trace.all == ["/1"])
    }

    /// On one loop: once another connection has been served a few times, all that was ready has been handled.
    @Test func `a client that pipelines thousands and reads none holds its own requests back`() async throws {
        let trace = Trace()
        let app = Application.quiet()
        let content = String(repeating: "x", count: 16_384)
        app.use { ctx, _ in
            if ctx.path == "/" { trace.add("") }
            ctx.body = .text(content)
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try await app.start(port: 0, on: group)
        let hungry = try await RawConnection.connect(port: server.port, timeout: .seconds(50))
        try await hungry.setReading(false)
        let total = 3600
        try await hungry.send(String(repeating: "GET / HTTP/1.1\r\nHost:\r\n\r\n", count: total))
        let other = try await RawConnection.connect(port: server.port)
        for _ in 0..<20 {
            try await other.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await other.readReply().status == 200)
        }
        // The socket buffers of both sides take some megabytes, the connection one buffer on top of that.
        #expect(trace.count < 1500)
        try await hungry.setReading(true)
        for _ in 0..<total { #expect(try await hungry.readReply().content.count == content.utf8.count) }
        #expect(trace.count == total)
        await hungry.close()
        await other.close()
        await server.shutdown()
        try await group.shutdownGracefully()
    }
}

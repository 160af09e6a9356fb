import KoaKit
import KoaTesting
import NIOCore
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test func `koa 4.6 idle connections are closed`() async throws {
        let server = try await Application.echo().start(port: 0, on: .singleton)
        let fresh = try await RawConnection.connect(port: server.port)
        let used = try await RawConnection.connect(port: server.port)
        for connection in [fresh, used] {
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().status == 200)
        }
        await server.shutdown()
        #expect(try await fresh.readToEnd().isEmpty)
        #expect(try await used.readToEnd().isEmpty)
    }

    @Test func `koa 4.6 a request in flight is finished with Connection close and new connections are refused`()
        async throws
    {
        let (started, gate) = (Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            started.fire()
            await gate.wait()
            ctx.body = .text("finished")
        }
        let server = try await app.start(port: 0, on: .singleton)
        let port = server.port
        let idle = try await RawConnection.connect(port: port)
        let busy = try await RawConnection.connect(port: port)
        try await busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await started.wait()
        async let stopped: Void = server.shutdown()
        // The idle connection's end shows that the shutdown has begun.
        #expect(try await idle.readToEnd().isEmpty)
        await #expect(throws: (any Error).self) { _ = try await RawConnection.connect(port: port) }
        gate.fire()
        let reply = try await busy.readReply()
        #expect(reply.text == "finished")
        #expect(reply["connection"] == "close")
        #expect(try await busy.readToEnd().isEmpty)
        await busy.close()
        await stopped
    }

    @Test func `pipelined requests that had arrived are answered, the last with Connection close`() async throws {
        let (started, gate) = (Event(), Event())
        let app = Application.quiet()
        app.use { ctx, _ in
            if ctx.path == "/1" {
                started.fire()
                await gate.wait()
            }
            ctx.body = .text(ctx.path)
        }
        // On one loop: both connections hear of the stop in the same turn.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try await app.start(port: 0, on: group)
        let idle = try await RawConnection.connect(port: server.port)
        let busy = try await RawConnection.connect(port: server.port)
        try await busy.send((1...3).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
        await started.wait()
        async let stopped: Void = server.shutdown()
        #expect(try await idle.readToEnd().isEmpty)
        gate.fire()
        for index in 1...3 {
            let reply = try await busy.readReply()
            #expect(reply.text == "/\(index)")
            #expect(reply["connection"] == (index == 3 ? "close" : nil))
        }
        #expect(try await busy.readToEnd().isEmpty)
        await busy.close()
        await stopped
        try await group.shutdownGracefully()
    }

    @Test func `a request whose head is arriving is finished`() async throws {
        // On one loop: what was sent before another connection's request is read before its reply.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try await Application.echo().start(port: 0, on: group)
        let busy = try await RawConnection.connect(port: server.port)
        let idle = try await RawConnection.connect(port: server.port)
        try await busy.send("GET /a HTTP/1.1\r\nHost:")
        for _ in 0..<3 {
            try await idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await idle.readReply().status == 200)
        }
        async let stopped: Void = server.shutdown()
        #expect(try await idle.readToEnd().isEmpty)
        try await busy.send(" a\r\n\r\n")
        let reply = try await busy.readReply()
        #expect(reply.text == "GET /a")
        #expect(reply["connection"] == "close")
        await busy.close()
        await stopped
        try await group.shutdownGracefully()
    }

    @Test func `koa 4.6 a handler that never ends does not hold the shutdown longer than the limit`() async throws {
        let (started, never) = (Event(), Event())
        let app = Application.quiet()
        app.limits.shutdown = .milliseconds(100)
        app.use { _, _ in
            started.fire()
            _ = await Task.detached { await never.wait() }.value
        }
        let server = try await app.start(port: 0, on: .singleton)
        let connection = try await RawConnection.connect(port: server.port)
        try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await started.wait()
        let duration = await ContinuousClock().measure { await server.shutdown() }
        #expect(duration < .seconds(5))
        #expect(try await connection.readReply().status == 503)
        #expect(try await connection.readToEnd().isEmpty)
        never.fire()
    }

    @Test func `stopping twice, at once or later, is stopping once`() async throws {
        let server = try await Application.echo().start(port: 0)
        async let first: Void = server.shutdown()
        async let second: Void = server.shutdown()
        _ = await (first, second)
        await server.shutdown()
    }

    @Test func `a server tells its real port and serves on it`() async throws {
        try await Application.echo().withServer { server in
            #expect(server.port > 0)
            #expect(server.address == "127.0.0.1:\(server.port)")
        }
    }

    @Test func `koa 4.7 an address that is taken is an error of start`() async throws {
        try await Application.echo().withServer { server in
            let port = server.port
            await #expect(throws: (any Error).self) { _ = try await Application.echo().start(port: port) }
            await #expect(throws: (any Error).self) { try await Application.echo().listen(port: port) }
        }
    }

    @Test func `listen serves until its task is cancelled`() async throws {
        let task = Task { try await Application.echo().listen(port: 0) }
        task.cancel()
        try await task.value
    }
}

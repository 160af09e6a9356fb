import KoaKit
import KoaTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AbortTests {
    private struct Fault: Error {}

    @Test func `koa 1.33, 4.8, 4.11 a client that leaves is an abort, not an error of the application`() async throws {
        let (started, ended, never) = (Event(), Event(), Event())
        let (errors, aborts) = (Trace(), Trace())
        let app = Application.quiet()
        app.onError { error, _ in errors.add("\(error)") }
        app.onAbort { ctx in
            aborts.add("\(ctx.path) \(ctx.status)")
            ended.fire()
        }
        app.use { _, _ in
            started.fire()
            if await !never.wait() { throw Fault() }
        }
        try await app.withServer { server in
            let connection = try await RawConnection.connect(port: server.port)
            try await connection.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
            await started.wait()
            try await connection.reset()
            await ended.wait()
        }
        #expect(aborts.all == ["/a 499"])
        #expect(errors.all.isEmpty)
    }

    @Test func `koa 1.33, 4.11 a body that breaks off is an abort as well`() async throws {
        let (started, ended) = (Event(), Event())
        let errors = Trace()
        let app = Application.quiet()
        app.onError { error, _ in errors.add("\(error)") }
        app.onAbort { _ in ended.fire() }
        app.use { ctx, _ in
            started.fire()
            _ = try await ctx.request.bytes()
        }
        try await app.withServer { server in
            let connection = try await RawConnection.connect(port: server.port)
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            await started.wait()
            try await connection.reset()
            await ended.wait()
        }
        #expect(errors.all.isEmpty)
    }

    @Test func `a cancellation that the handler made itself is an error`() async throws {
        let errors = Trace()
        let app = Application.quiet()
        app.onError { error, _ in errors.add("\(type(of: error))") }
        app.use { _, _ in throw CancellationError() }
        try await app.test { client async throws in #expect(try await client.get("/").status == 500) }
        #expect(errors.all == ["CancellationError"])
    }
}

import KoaKit
import KoaTesting
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SentHeadTests {
    private struct Fault: Error {}

    @Test func `koa 1.34 observers of an error after the head know that the head is sent`() async throws {
        let trace = Trace()
        let observed = Event()
        let app = Application.quiet()
        app.onError { _, ctx in
            trace.add("\(ctx.status) \(ctx.response.isHeadSent)")
            observed.fire()
        }
        app.use { ctx, _ in
            if ctx.path == "/early" { throw Fault() }
            ctx.body = .stream(
                ResponseStream { writer in
                    try await writer.write(ByteBuffer(string: "part"))
                    throw Fault()
                }
            )
        }
        try await app.withServer { server in
            for path in ["/early", "/late"] {
                let connection = try await RawConnection.connect(port: server.port)
                try await connection.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                await observed.wait()
                await connection.close()
            }
        }
        #expect(trace.all == ["500 false", "200 true"])
    }

    #if DEBUG
        @Test func `koa 1.42 changing a response whose head is sent traps in debug builds`() async {
            let end = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let never = Event()
                let app = Application.quiet()
                app.onError { _, ctx in ctx.set("X-Late", "1") }
                app.use { ctx, _ in
                    ctx.body = .stream(
                        ResponseStream { writer in
                            try await writer.write(ByteBuffer(string: "part"))
                            throw Fault()
                        }
                    )
                }
                try await app.withServer { server in
                    let connection = try await RawConnection.connect(port: server.port)
                    try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    await never.wait()
                }
            }
            #expect(end.trapped(saying: "the head of the response has left"))
        }
    #endif
}

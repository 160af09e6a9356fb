import KoaKit
import KoaTesting
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LoadSheddingTests {
    private func serve(
        _ app: Application,
        connections: Int? = nil,
        requests: Int? = nil,
        _ body: (Server) async throws -> Void
    ) async throws {
        var options = ServerOptions(.host(port: 0))
        options.eventLoopGroup = .singleton
        options.maximumConnections = connections
        options.maximumRequestsInFlight = requests
        options.retryAfter = .milliseconds(2500)
        let server = try await app.start(options)
        do { try await body(server) } catch {
            await server.shutdown()
            throw error
        }
        await server.shutdown()
    }

    private func connect(_ server: Server) async throws -> RawConnection {
        try await RawConnection.connect(port: server.port)
    }

    @Test func `a connection over the cap is told 503 with Retry-After and closed`() async throws {
        try await serve(.echo(), connections: 2) { server in
            var served: [RawConnection] = []
            for _ in 0..<2 {
                let connection = try await connect(server)
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readReply().status == 200)
                served.append(connection)
            }
            let refused = try await connect(server)
            try await refused.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
            try await refused.send(String(repeating: "x", count: 100_000))
            let reply = try await refused.readReply()
            #expect(reply.status == 503)
            #expect(reply["retry-after"] == "3")
            #expect(reply["connection"] == "close")
            #expect(try await refused.readToEnd().isEmpty)
            for connection in served {
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readReply().status == 200)
            }
        }
    }

    @Test func `a connection that ends makes room for the next`() async throws {
        try await serve(.echo(), connections: 1) { server in
            for _ in 0..<3 {
                let connection = try await connect(server)
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                #expect(try await connection.readReply().status == 200)
                #expect(try await connection.readToEnd().isEmpty)
                await connection.close()
                // The server hears of the close on its own time: the next client may still find the place taken.
                var status = 503
                while status == 503 {
                    let probe = try await connect(server)
                    try await probe.send("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    status = try await probe.readReply(toHead: true).status
                    #expect(try await probe.readToEnd().isEmpty)
                    await probe.close()
                }
                #expect(status == 200)
            }
        }
    }

    @Test func `a refused connection that says nothing is closed within the linger`() async throws {
        let app = Application.echo()
        app.limits.linger = .milliseconds(100)
        try await serve(app, connections: 0) { server in
            let refused = try await connect(server)
            #expect(try await refused.readToEnd(timeout: .seconds(5)).isEmpty)
        }
    }

    @Test func `many refused connections at once all end, and the last are not kept`() async throws {
        let app = Application.echo()
        app.limits.linger = .seconds(30)
        try await serve(app, connections: 0) { server in
            var waiting: [RawConnection] = []
            for _ in 0..<256 { waiting.append(try await connect(server)) }
            let last = try await connect(server)
            #expect((try? await last.readToEnd(timeout: .seconds(5)))?.isEmpty != false)
            for connection in waiting { await connection.close() }
        }
    }

    @Test func `a request over the cap is told 503 before any middleware runs, and its connection stays`() async throws
    {
        let (started, gate) = (Event(), Event())
        let trace = Trace()
        let app = Application.quiet()
        app.use { ctx, _ in
            trace.add(ctx.path)
            if ctx.path == "/slow" {
                started.fire()
                await gate.wait()
            }
            ctx.body = .text(ctx.path)
        }
        try await serve(app, requests: 1) { server in
            let (busy, shed) = (try await connect(server), try await connect(server))
            try await busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            await started.wait()
            for _ in 0..<2 {
                try await shed.send("POST /shed HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
                let reply = try await shed.readReply()
                #expect(reply.status == 503)
                #expect(reply["retry-after"] == "3")
                #expect(reply["connection"] == nil)
            }
            gate.fire()
            #expect(try await busy.readReply().text == "/slow")
            try await shed.send("GET /after HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await shed.readReply().text == "/after")
        }
        #expect(trace.all == ["/slow", "/after"])
    }

    @Test func `a refusal is made by the application's error shaper, and no observer is asked`() async throws {
        let observed = Trace()
        let app = Application.echo()
        app.shapeErrors { error, ctx in
            ctx.body = .json(["reason": .string(HTTPError(error).reason?.rawValue ?? "")])
        }
        app.onError { _, _ in observed.add("seen") }
        try await serve(app, connections: 1, requests: 0) { server in
            for _ in 0..<2 {
                let connection = try await connect(server)
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                let reply = try await connection.readReply()
                #expect(reply.status == 503)
                #expect(try reply.json() == ["reason": "overloaded"])
            }
        }
        #expect(observed.count == 0)
    }
}

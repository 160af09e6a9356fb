import KoaKit
import KoaTesting
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FlushHeadersTests {
    private func app(_ finish: @escaping @Sendable (Context) async throws -> Void) -> (Application, Event) {
        let go = Event()
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.status = 401
            ctx.set("Content-Type", "text/plain")
            if ctx.path == "/sized" { ctx.response.length = 5 }
            try await ctx.flushHeaders()
            try await ctx.flushHeaders()
            #expect(ctx.response.isHeadSent)
            await go.wait()
            try await finish(ctx)
        }
        return (app, go)
    }

    private func head(_ connection: RawConnection) async throws -> String {
        var text = ""
        while !text.hasSuffix("\r\n\r\n") { text += String(decoding: try await connection.read(1), as: UTF8.self) }
        return text
    }

    @Test(arguments: ["text", "bytes", "json", "stream", "empty", "unset"])
    func `koa 1.57 flushHeaders sends the head now, and a later body is still delivered`(kind: String) async throws {
        let (app, go) = app { ctx in
            switch kind {
            case "text": ctx.body = .text("hello")
            case "bytes": ctx.body = .bytes(ByteBuffer(string: "hello"))
            case "json": ctx.body = .json("hello")
            case "stream":
                ctx.body = .stream(
                    ResponseStream { writer in
                        for byte in "hello".utf8 { try await writer.write(ByteBuffer(bytes: [byte])) }
                    })
            case "empty": ctx.body = .empty
            default: break
            }
        }
        let expected = ["json": "\"hello\"", "empty": "", "unset": "Unauthorized"][kind] ?? "hello"
        try await app.serve { connection in
            for _ in 0..<2 {
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                let head = try await head(connection)
                #expect(head.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
                #expect(head.contains("Content-Type: text/plain\r\n"))
                #expect(head.contains("Transfer-Encoding: chunked\r\n"))
                go.fire()
                var content = ""
                while !content.hasSuffix("0\r\n\r\n") {
                    content += String(decoding: try await connection.read(1), as: UTF8.self)
                }
                let lines = content.split(omittingEmptySubsequences: false) { $0 == "\r\n" }
                #expect(stride(from: 1, to: lines.count, by: 2).map { lines[$0] }.joined() == expected)
            }
        }
    }

    @Test func `koa 1.57 a length that was set before delimits the body`() async throws {
        let (app, go) = app { ctx in ctx.body = .text("hello") }
        try await app.serve { connection in
            for method in ["GET", "HEAD", "GET"] {
                try await connection.send("\(method) /sized HTTP/1.1\r\nHost: a\r\n\r\n")
                let head = try await head(connection)
                #expect(head.contains("Content-Length: 5\r\n"))
                go.fire()
                if method == "GET" { #expect(String(decoding: try await connection.read(5), as: UTF8.self) == "hello") }
            }
        }
    }

    @Test(arguments: ["/", "/sized"])
    func `koa 1.34 after an error the head that was sent stands, the observers hear, the connection is cut`(
        path: String
    ) async throws {
        struct Broken: Error {}
        let (observed, heard) = (Trace(), Event())
        let (app, go) = app { ctx in
            if ctx.path == "/" { throw Broken() }
            ctx.body = .text("more than five")
        }
        app.onError { error, ctx in
            observed.add("\(type(of: error)) \(ctx.response.isHeadSent)")
            heard.fire()
        }
        try await app.serve { connection in
            try await connection.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await head(connection).hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
            go.fire()
            #expect(try await connection.readToEnd().isEmpty)
            await heard.wait()
        }
        #expect(observed.all == [path == "/" ? "Broken true" : "ContentLengthMismatch true"])
    }

    @Test func `a handler that is too slow behind its head is cut`() async throws {
        let (app, _) = app { _ in }
        app.limits.handler = .milliseconds(100)
        try await app.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await head(connection)
            #expect(try await connection.readToEnd().isEmpty)
        }
    }

    @Test func `stock middleware change neither a head that was sent nor the body behind it`() async throws {
        let text = String(repeating: "as it is", count: 256)
        let stock: [any Middleware] = [
            Compression(), ResponseTime(), SecurityHeaders(), ConditionalGet(), EntityTags(), BareErrors(),
            Sessions(in: MemorySessionStore()),
        ]
        for middleware in stock {
            let app = Application.quiet()
            app.use(middleware)
            app.use { ctx, _ in
                ctx.status = 200
                ctx.type = "text/plain"
                ctx.set("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT")
                try await ctx.flushHeaders()
                if let session = try? ctx.session { session[Visits.self] = 1 }
                ctx.body = .text(text)
            }
            try await app.serve { connection in
                try await connection.send(
                    "GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n"
                        + "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n")
                let reply = try await connection.readReply()
                #expect(reply.status == 200, "\(type(of: middleware))")
                #expect(reply["content-encoding"] == nil)
                #expect(reply["content-type"] == "text/plain; charset=utf-8")
                #expect(reply.text == text, "\(type(of: middleware))")
            }
        }
    }

    @Test(arguments: ["status", "field", "message"])
    func `koa 1.42 changing a head that was sent traps in debug builds`(what: String) async throws {
        let end = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [what] in
            let app = Application()
            app.use { ctx, _ in
                try await ctx.flushHeaders()
                switch what {
                case "status": ctx.status = 500
                case "field": ctx.set("X-A", "b")
                default: ctx.response.message = "other"
                }
            }
            try await app.test(over: .socket) { client in _ = try await client.get("/") }
        }
        #expect(end.trapped(saying: "the head of the response has left"))
    }
}

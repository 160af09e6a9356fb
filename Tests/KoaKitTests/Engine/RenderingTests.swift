import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RenderingTests {
    @Test(arguments: Transport.allCases)
    func `koa 1.55 a Transfer-Encoding of the handler's own suppresses Content-Length`(
        over transport: Transport
    ) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.set("Transfer-Encoding", "chunked")
            switch ctx.path {
            case "/text": ctx.body = .text("hello")
            case "/bytes": ctx.body = .bytes(ByteBuffer(string: "hello"))
            default: ctx.body = .text("")
            }
        }
        try await app.test(over: transport) { client in
            for path in ["/text", "/bytes", "/nothing"] {
                let reply = try await client.get(path)
                #expect(reply.text == (path == "/nothing" ? "" : "hello"))
                #expect(reply["content-length"] == nil)
                #expect(reply["transfer-encoding"] == "chunked")
                #expect(try await client.head(path)["content-length"] == nil)
            }
        }
    }

    @Test func `renderBody turns text and JSON into bytes of their type`() async throws {
        let app = Application.quiet()
        app.use { ctx, next in
            try await next()
            try ctx.response.renderBody()
            guard case .bytes(let bytes) = ctx.body else { return }
            ctx.set("X-Length", "\(bytes.readableBytes)")
        }
        app.use { ctx, _ in
            switch ctx.path {
            case "/markup": ctx.body = .text("<p>")
            case "/styled":
                ctx.set("Content-Type", "text/css")
                ctx.body = .text("a{}")
            case "/json": ctx.body = .json(["a": 1])
            case "/encodable":
                ctx.set("Content-Type", "text/plain")
                ctx.body = .json([1, 2])
            case "/broken": ctx.body = .json(Double.infinity)
            default: break
            }
        }
        try await app.test { client in
            let expected = [
                "/markup": ("text/html; charset=utf-8", "<p>"), "/styled": ("text/css", "a{}"),
                "/json": ("application/json; charset=utf-8", #"{"a":1}"#),
                "/encodable": ("application/json; charset=utf-8", "[1,2]"),
            ]
            for (path, (type, text)) in expected {
                let reply = try await client.get(path)
                #expect(reply["content-type"] == type)
                #expect(reply.text == text)
                #expect(reply["x-length"] == "\(text.utf8.count)")
            }
            #expect(try await client.get("/broken").status == 500)
            #expect(try await client.get("/unset")["x-length"] == nil)
        }
    }

    @Test func `a stream is sent in process, with its length or in chunks`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            let length = Int(ctx.get("X-Length"))
            ctx.body = .stream(
                ResponseStream(contentLength: length) { writer in
                    for _ in 0..<3 { try await writer.write(ByteBuffer(string: "abc")) }
                })
        }
        try await app.test { client in
            let chunked = try await client.get("/")
            #expect(chunked.text == "abcabcabc")
            #expect(chunked["transfer-encoding"] == "chunked")
            #expect(chunked["content-type"] == "application/octet-stream")
            let whole = try await client.get("/", headers: ["X-Length": "9"])
            #expect(whole.text == "abcabcabc")
            #expect(whole["content-length"] == "9")
        }
    }
}

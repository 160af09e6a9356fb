import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ResponseFieldTests {
    @Test(arguments: Transport.allCases)
    func `koa 1.59 set, append, has, get and remove`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.set([("X-A", "1"), ("X-B", "2")])
            ctx.set("x-a", "3")
            ctx.set("X-Lines", ["a", "b"])
            ctx.append("x-lines", "c")
            ctx.append("Set-Cookie", "a=1")
            ctx.append("Set-Cookie", "b=2")
            ctx.append("Link", "<a>")
            ctx.set("link", "<b>")
            ctx.set("X-Gone", "1")
            #expect(ctx.has("x-gone"))
            ctx.remove("x-gone")
            #expect(!ctx.has("X-Gone"))
            #expect(ctx.response.get("X-LINES") == "a, b, c")
            #expect(ctx.response.get("X-Gone") == "")
            ctx.set("X-None", ["a"])
            ctx.set("X-None", [])
            ctx.body = .text("")
        }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.headers["x-a"] == ["3"])
            #expect(reply.headers["x-b"] == ["2"])
            #expect(reply.headers["x-lines"] == ["a", "b", "c"])
            #expect(reply.headers["set-cookie"] == ["a=1", "b=2"])
            #expect(reply.headers["link"] == ["<b>"])
            #expect(reply["x-gone"] == nil)
            #expect(reply["x-none"] == nil)
        }
    }

    @Test(arguments: [
        (["Accept"], "Accept"), (["Accept", "accept", "Origin"], "Accept, Origin"), (["A, B", "b,C"], "A, B, C"),
        (["Accept", "*"], "*"), (["*", "Accept"], "*"), ([""], ""),
    ])
    func `koa 1.59 vary names each field once`(names: [String], expected: String) async throws {
        let answer = try await ask { ctx in
            for name in names { ctx.vary(name) }
            return ctx.response.get("Vary")
        }
        #expect(answer == expected)
    }

    @Test(arguments: Transport.allCases)
    func `fields that survive an error do so whichever way they were set`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.append("Set-Cookie", "a=1", survivesError: true)
            ctx.append("Set-Cookie", "b=2")
            ctx.vary("Origin", survivesError: true)
            ctx.vary("Accept")
            ctx.set("X-Lines", ["a", "b"], survivesError: true)
            throw HTTPError(400)
        }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.headers["set-cookie"] == ["a=1"])
            #expect(reply.headers["vary"] == ["Origin, Accept"])
            #expect(reply.headers["x-lines"] == ["a", "b"])
        }
    }

    @Test(arguments: [
        ("text/plain", "text/plain; charset=utf-8", "text/plain"), ("html", "text/html; charset=utf-8", "text/html"),
        (".json", "application/json; charset=utf-8", "application/json"), ("png", "image/png", "image/png"),
        ("text/html; charset=gbk", "text/html; charset=gbk", "text/html"),
        ("application/vnd.api+json", "application/vnd.api+json", "application/vnd.api+json"),
        ("nosuchextension", "nil", "nil"), ("", "nil", "nil"), ("svg", "image/svg+xml", "image/svg+xml"),
    ])
    func `koa 1.60 type takes an extension or a media type`(set: String, field: String, type: String) async throws {
        let answer = try await ask { ctx in
            ctx.type = "css"
            ctx.type = set
            return "\(ctx.has("Content-Type") ? ctx.response.get("Content-Type") : "nil")|\(ctx.type ?? "nil")"
        }
        #expect(answer == "\(field)|\(type)")
    }

    @Test func `koa 1.60 type is that of the body when none was set, nil removes it`() async throws {
        let answer = try await ask { ctx in
            var types = [ctx.type]
            ctx.body = .text("<p>")
            types.append(ctx.type)
            ctx.body = .json([])
            ctx.type = "text/plain"
            types.append(ctx.type)
            ctx.type = nil
            types.append(ctx.type)
            return types.map { $0 ?? "nil" }.joined(separator: "|")
        }
        #expect(answer == "nil|text/html|application/json|application/json")
    }

    @Test func `koa 1.56 length is what was set, else that of the body`() async throws {
        let answer = try await ask { ctx in
            var lengths = [ctx.length]
            for body in [Body.text("häh"), .json(["a": 1]), .json([1, 2]), .bytes(.init(string: "ab")), .empty] {
                ctx.body = body
                lengths.append(ctx.length)
            }
            ctx.length = 10
            lengths.append(ctx.length)
            ctx.set("Content-Length", "x")
            lengths.append(ctx.length)
            return lengths.map { $0.map(String.init) ?? "nil" }.joined(separator: "|")
        }
        #expect(answer == "nil|4|7|5|2|nil|10|0")
    }

    @Test func `a field name that is no token traps`() async {
        let end = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let app = Application.quiet()
            app.use { ctx, _ in ctx.set("X-A: b\r\nX-C", "d") }
            _ = try await app.test { client async throws in try await client.get("/") }
        }
        #expect(end.trapped(saying: "a field name is a token"))
    }
}

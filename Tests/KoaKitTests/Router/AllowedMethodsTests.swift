import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AllowedMethodsTests {
    private func app(throwing: Bool = false) -> Application {
        let router = Router()
        let answer: Handler = { ctx, _ in ctx.body = .text("") }
        router.get("/a", answer).put("/a", answer).post("/:p", answer).delete("/a", answer).get("/a", answer)
        router.get("/missing") { ctx, _ in ctx.status = 404 }
        router.all("/all", answer)
        let app = Application.quiet()
        app.use(router.allowedMethods(throwing: throwing))
        app.use(router.routes())
        return app
    }

    struct Case: Sendable {
        var method: HTTPMethod
        var path: String
        var status: Int
        var allow: String?
    }

    static let cases = [
        Case(method: .GET, path: "/a", status: 200), Case(method: .HEAD, path: "/a", status: 200),
        Case(method: .OPTIONS, path: "/a", status: 200, allow: "HEAD, GET, PUT, POST, DELETE"),
        Case(method: .PATCH, path: "/a", status: 405, allow: "HEAD, GET, PUT, POST, DELETE"),
        Case(method: .PATCH, path: "/A/", status: 405, allow: "HEAD, GET, PUT, POST, DELETE"),
        Case(method: .GET, path: "/x", status: 405, allow: "POST"),
        Case(method: .HEAD, path: "/x", status: 405, allow: "POST"),
        Case(method: .OPTIONS, path: "/x", status: 200, allow: "POST"),
        Case(method: .GET, path: "/x/y", status: 404), Case(method: .OPTIONS, path: "/x/y", status: 404),
        Case(method: .PURGE, path: "/a", status: 501, allow: "HEAD, GET, PUT, POST, DELETE"),
        Case(method: .PURGE, path: "/x/y", status: 501), Case(method: .GET, path: "/missing", status: 404),
        Case(method: .PURGE, path: "/all", status: 200), Case(method: .OPTIONS, path: "/all", status: 200),
    ]

    @Test(arguments: cases, [true, false])
    func `router 2.20, 2.21 what no route answers gets 405, 501, OPTIONS or 404`(example: Case, throwing: Bool)
        async throws
    {
        for transport in Transport.allCases {
            try await app(throwing: throwing).test(over: transport) { client async throws in
                let reply = try await client.request(example.method, example.path)
                #expect(reply.status == example.status)
                #expect(reply["allow"] == example.allow)
                if example.method == .OPTIONS, example.status == 200 { #expect(reply.content.isEmpty) }
            }
        }
    }

    @Test func `router 2.22 throwing lets the error shaper answer, Allow included`() async throws {
        let app = app(throwing: true)
        app.shapeErrors { error, ctx in ctx.body = .json(["status": .integer(Int64(HTTPError(error).status))]) }
        try await app.test { client async throws in
            let reply = try await client.patch("/a")
            #expect(try reply.json() == ["status": 405])
            #expect(reply["allow"] == "HEAD, GET, PUT, POST, DELETE")
        }
    }

    @Test func `router 2.23 an error downstream is not turned into 405`() async throws {
        let router = Router().get("/a") { _, _ in throw HTTPError(404, "no such user") }
        let app = Application.quiet()
        app.use(router.allowedMethods())
        app.use(router.routes())
        try await app.test { client async throws in #expect(try await client.get("/a").text == "no such user") }
    }

    @Test func `without a router nothing is refused`() async throws {
        let app = Application.quiet()
        app.use(Router().allowedMethods())
        try await app.test { client async throws in #expect(try await client.request(.PURGE, "/").status == 404) }
    }

    @Test func `router 2.20 methods says which methods the server knows`() async throws {
        var options = Router.Options()
        options.methods = [.GET, .PURGE]
        let router = Router(options: options).get("/a") { ctx, _ in ctx.body = .text("") }
        let app = Application.quiet()
        app.use(router.allowedMethods())
        app.use(router.routes())
        try await app.test { client async throws in
            #expect(try await client.request(.PURGE, "/a").status == 405)
            #expect(try await client.post("/a").status == 501)
            #expect(try await client.post("/absent").status == 501)
        }
    }

    private struct Refused: Error { let allow: String }

    @Test func `router 2.22 a factory makes the error, which gets Allow if it is an HTTPError`() async throws {
        let router = Router().get("/a") { ctx, _ in ctx.body = .text("") }
        let app = Application.quiet()
        app.use { ctx, next in
            do { try await next() } catch let error as Refused { ctx.body = .text("caught \(error.allow)") }
        }
        app.use(
            router.allowedMethods(
                methodNotAllowed: { _ in HTTPError(405, "not so") },
                notImplemented: { Refused(allow: $0) }
            )
        )
        app.use(router.routes())
        try await app.test { client async throws in
            let reply = try await client.post("/a")
            #expect(reply.status == 405 && reply.text == "not so" && reply["allow"] == "HEAD, GET")
            #expect(try await client.request(.PURGE, "/a").text == "caught HEAD, GET")
        }
    }

    @Test func `router 2.21 the methods of several routers add up`() async throws {
        let answer: Handler = { ctx, _ in ctx.body = .text("") }
        let first = Router().get("/a", answer)
        let app = Application.quiet()
        app.use(first.allowedMethods())
        app.use(first.routes())
        app.use(Router().put("/:p", answer).routes())
        app.use(Router().post("/other", answer).routes())
        try await app.test { client async throws in
            #expect(try await client.options("/a")["allow"] == "HEAD, GET, PUT")
        }
    }
}

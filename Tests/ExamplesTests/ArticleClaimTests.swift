import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import Testing

/// What the articles say in words and tables, beside the code that is compiled.
@Suite(.timeLimit(.minutes(1)))
struct ArticleClaimTests {
    private enum Order: String { case newest, oldest }

    @Test(arguments: [
        ("/about", ["/about", "/About", "/about/"], ["/about/us"]),
        ("/users/:id", ["/users/7", "/users/7/"], ["/users", "/users/7/posts"]),
        ("/files/*path", ["/files/a", "/files/a/b.txt"], ["/files/", "/files"]),
        ("/posts{/:page}", ["/posts", "/posts/2"], ["/posts/2/3"]),
    ])
    func `Routes: a path matches what its row says`(_ path: String, _ matching: [String], _ others: [String])
        async throws
    {
        let router = Router()
        router.get(path) { ctx, _ in ctx.body = .text(ctx.matchedRoute ?? "") }
        try await serving(router).test { client in
            for target in matching {
                let reply = try await client.get(target)
                #expect(reply.text == path, "\(target)")
            }
            for target in others {
                let reply = try await client.get(target)
                #expect(reply.status == 404, "\(target)")
            }
        }
    }

    @Test func `Routes: a parameter of the wrong type is 404 or 400`() async throws {
        let router = Router()
        router.get("/users/:id/posts/:order") { ctx, _ in
            let id = try ctx.params.get("id", as: Int.self, status: 404)
            let order = try ctx.params.get("order", as: Order.self)
            ctx.body = .text("user \(id), \(order)")
        }
        try await serving(router).test { client in
            #expect(try await client.get("/users/7/posts/newest").text == "user 7, newest")
            #expect(try await client.get("/users/x/posts/newest").status == 404)
            let refused = try await client.get("/users/7/posts/best")
            #expect(refused.status == 400)
            #expect(refused.text == "invalid parameter 'order'")
        }
    }

    @Test func `Routes: middleware of a path cover whole segments`() async throws {
        let router = Router(prefix: "/api")
        router.use("/admin") { _, _ in throw HTTPError(403) }
        for path in ["/admin", "/admin/users", "/administrators"] { router.get(path) { ctx, _ in ctx.status = 200 } }
        try await serving(router).test { client in
            for (path, status) in [("/api/admin", 403), ("/api/admin/users", 403), ("/api/administrators", 200)] {
                let reply = try await client.get(path)
                #expect(reply.status == status, "\(path)")
            }
        }
    }

    private struct Post: Decodable {
        let title: String
        let tags: [String]?
    }

    @Test(arguments: [
        (#"{"tags":[]}"#, 400, "title is missing"),
        (#"{"title":"a","tags":[1]}"#, 400, "tags.0 must be a string"),
        (#"{"title":"\#(String(repeating: "a", count: 65_536))"}"#, 413, nil),
    ])
    func `Bodies: what does not fit is refused by field and by size`(_ sent: String, _ status: Int, _ text: String?)
        async throws
    {
        let app = Application()
        app.use { ctx, _ in ctx.body = .text(try await ctx.request.decode(Post.self).title) }
        try await app.test { client in
            let reply = try await client.post("/", headers: ["Content-Type": "application/json"], body: .text(sent))
            #expect(reply.status == status)
            if let text { #expect(reply.text == text) }
        }
    }

    @Test(
        arguments: [
            (Body.unset, 404, "text/plain; charset=utf-8"), (.empty, 204, nil),
            (.text("a"), 200, "text/plain; charset=utf-8"),
            (.text("<a>"), 200, "text/html; charset=utf-8"), (.json([]), 200, "application/json; charset=utf-8"),
            (.bytes(ByteBuffer()), 200, "application/octet-stream"),
        ] as [(Body, Int, String?)])
    func `Bodies: a body implies status and type`(_ body: Body, _ status: Int, _ type: String?) async throws {
        let app = Application()
        app.use { ctx, _ in ctx.body = body }
        try await app.test { client in
            let reply = try await client.get("/")
            #expect(reply.status == status)
            #expect(reply["Content-Type"] == type)
        }
    }

    @Test func `Errors: from 500 on the client sees the phrase only`() async throws {
        let app = Application()
        app.onError { _, _ in }
        app.use { ctx, _ in throw HTTPError(ctx.path == "/ours" ? 503 : 409, "the reason") }
        try await app.test { client in
            let (ours, theirs) = (try await client.get("/ours"), try await client.get("/theirs"))
            #expect(ours.text == "Service Unavailable")
            #expect(theirs.text == "the reason")
        }
    }

    @Test func `Errors: fields that survive stay, others go`() async throws {
        let app = Application()
        app.use { ctx, next in
            ctx.set("X-Node", "a7", survivesError: true)
            ctx.set("X-Lost", "b")
            try await next()
        }
        app.use { _, _ in throw HTTPError(404, headers: ["X-Own": "c"]) }
        try await app.test { client in
            let reply = try await client.get("/")
            #expect(reply["X-Node"] == "a7")
            #expect(reply["X-Own"] == "c")
            #expect(reply["X-Lost"] == nil)
        }
    }

    private func serving(_ router: Router) -> Application {
        let app = Application()
        app.use(router.routes())
        app.use(router.allowedMethods())
        return app
    }
}

import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RouterNestingTests {
    private let tell: Handler = { ctx, _ in
        ctx.mark((ctx.matchedRoute ?? "none") + " " + ctx.captures.joined(separator: ","))
    }

    @Test func `router 2.8 another prefix rewrites the routes there are`() async throws {
        let router = Router(prefix: "/old/").use(Step("use")).get("/x", tell)
        #expect(try await router.answer("/old/x") == "use /old/x ")
        router.prefix("/new/:a/")
        #expect(try await router.answer("/old/x") == "404")
        #expect(try await router.answer("/new/1/x") == "use /new/:a/x 1")
    }

    @Test func `router 2.9 a nested router is a copy, usable at several mounts`() async throws {
        let inner = Router(prefix: "/in").use(Step("inner")).get("/:b", tell)
        let outer = Router(prefix: "/:a").use(Step("outer")).use("/x", inner).use(["/y", "/z/:c"], inner)
        inner.get("/late/:b", tell)
        #expect(try await outer.answer("/1/x/in/2") == "outer inner /:a/x/in/:b 1,2")
        #expect(try await outer.answer("/1/z/3/in/2") == "outer inner /:a/z/:c/in/:b 1,3,2")
        #expect(try await outer.answer("/1/y/in/late/2") == "404")
        #expect(try await inner.answer("/in/late/2") == "inner /in/late/:b 2")
        #expect(try await inner.answer("/in/2") == "inner /in/:b 2")
    }

    @Test func `router 2.9, 2.15 the parent's parameters and their handlers hold for the child`() async throws {
        let inner = Router().use { ctx, next in
            ctx.mark("child sees \(ctx.params["user"] ?? "-")")
            try await next()
        }
        inner.get("/:post", tell)
        let outer = Router(prefix: "/users/:user").use("/posts", inner)
        outer.param("user") { value, ctx, next in
            ctx.mark("load \(value)")
            try await next()
        }
        #expect(
            try await outer.answer("/users/7/posts/8") == "load 7 child sees 7 /users/:user/posts/:post 7,8"
        )
    }

    @Test func `router 2.9, 4.18 the child's middleware do not leak to the parent's routes`() async throws {
        let inner = Router().use(Step("inner")).get("/x", tell)
        let outer = Router().use(inner).get("/y", tell)
        #expect(try await outer.answer("/y") == "/y ")
        #expect(try await outer.answer("/x") == "inner /x ")
    }

    @Test(arguments: [
        ("/p", false, "p"), ("/p/", false, "p"), ("/p", true, "404"), ("/p/", true, "p"), ("/p/a", false, "a"),
        ("/p/a/", false, "a"), ("/p/a", true, "a"), ("/p/a/", true, "404"), ("/p/b/", true, "b"), ("/p/b", true, "404"),
        ("/p/1/c", true, "c"), ("/p/1/c/", true, "404"),
    ])
    func `router 2.10, 2.11 a trailing slash counts if strict`(
        path: String,
        strict: Bool,
        expected: String
    ) async throws {
        let router = Router(prefix: "/p", options: .init(strict: strict)).get("/", Step("p"))
        router.get("/a", Step("a")).get("/b/", Step("b")).get("/:n/c", Step("c"))
        #expect(try await router.answer(path) == expected)
    }

    @Test func `router 2.11 case counts if sensitive`() async throws {
        let router = Router(options: .init(sensitive: true)).get("/User/:a", tell).get("/Me", tell)
        router.use("/user", Step("lower")).use("/User", Step("upper")).get("/user/:a", tell)
        #expect(try await router.answer("/User/1") == "/User/:a 1")
        #expect(try await router.answer("/user/1") == "lower /user/:a 1")
        #expect(try await router.answer("/USER/1") == "404")
        #expect(try await router.answer("/Me") == "/Me ")
        #expect(try await router.answer("/me") == "404")
    }

    @Test func `router 2.18 hosts are compared with the host name`() async throws {
        let router = Router(options: .init(hosts: ["a.example", "B.example"])).get("/x", Step("x")).get(
            "/:p", Step("p"))
        #expect(try await router.answer("/x", host: "a.example") == "x p")
        #expect(try await router.answer("/y", host: "b.EXAMPLE:8080") == "p")
        for host in ["c.example", "xa.example", "a.example.org"] {
            #expect(try await router.answer("/x", host: host) == "404")
        }
        let app = Application.quiet()
        app.use(router.allowedMethods())
        app.use(router.routes())
        app.use { ctx, next in
            if ctx.method == .GET { ctx.mark("next") }
            try await next()
        }
        try await app.test { client async throws in
            #expect(try await client.get("/x", headers: ["Host": "c.example"]).text == "next")
            #expect(try await client.request(.PURGE, "/x", headers: ["Host": "c.example"]).status == 404)
        }
    }

    @Test func `router 2.18 nested routers may serve different hosts`() async throws {
        let first = Router(options: .init(hosts: ["a.example"])).get("/", Step("a"))
        let outer = Router().use(first).use(Router(options: .init(hosts: ["b.example"])).get("/", Step("b")))
        #expect(try await outer.answer("/", host: "a.example") == "a")
        #expect(try await outer.answer("/", host: "b.example") == "b")
        #expect(try await outer.answer("/", host: "c.example") == "404")
    }
}

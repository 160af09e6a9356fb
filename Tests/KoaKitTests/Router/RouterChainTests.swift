import KoaKit
import KoaTesting
import Testing

/// What joins the chain of a request, and in which order.
@Suite(.timeLimit(.minutes(1)))
struct RouterChainTests {
    private let end: Handler = { ctx, _ in ctx.mark("end") }

    @Test func `router 2.2 several middleware of a route run as an onion`() async throws {
        let outer: Handler = { ctx, next in
            ctx.mark("in")
            try await next()
            ctx.mark("out")
        }
        let router = Router().get("/x", outer, end).get("/stop", { _, _ in }, end)
        router.get("/mixed", Step("middleware"), outer, end).get("/plain", Step("a"), Step("b"))
        #expect(try await router.answer("/x") == "in end out")
        #expect(try await router.answer("/stop") == "404")
        #expect(try await router.answer("/mixed") == "middleware in end out")
        #expect(try await router.answer("/plain") == "a b")
    }

    @Test func `router 2.3 middleware that several matching routes share run once`() async throws {
        let router = Router().use(Step("use")).get("/:a", Step("param"))
        router.use("/x", Step("x")).get("/x", Step("literal"), end)
        #expect(try await router.answer("/x") == "use param x literal end")
        #expect(try await router.answer("/y") == "use param")
    }

    @Test func `router 2.4 exclusive runs the last matching route only`() async throws {
        let router = Router(options: .init(exclusive: true)).use(Step("use"))
        router.get("/:a", Step("param")).get("/x", Step("literal"))
        #expect(try await router.answer("/x") == "use literal")
        #expect(try await router.answer("/y") == "use param")
    }

    @Test func `router 2.6 use takes paths, middleware, closures and routers`() async throws {
        let inner = Router().get("/in", end)
        let router = Router().use(["/a", "/b"], Step("1"), Step("2"), inner.routes())
        router.use("/a") { ctx, next in
            ctx.mark("closure")
            try await next()
        }
        router.get("/a/x", end).get("/b/x", end).get("/c", end).use(["/d", "/e"], inner).use(inner.routes())
        for (path, expected) in [
            ("/a/x", "1 2 closure end"), ("/b/x", "1 2 end"), ("/c", "end"), ("/a/in", "1 2 end"),
            ("/d/in", "end"), ("/e/in", "end"), ("/in", "end"),
        ] { #expect(try await router.answer(path) == expected, "\(path)") }
    }

    @Test(arguments: [
        ("/p", "all root end"), ("/p/", "all root end"), ("/p/foo", "all foo end"), ("/p/foo/x", "all foo end"),
        ("/p/FOO/x/", "all foo end"), ("/p/food", "all end"), ("/p/y/foo", "all end"), ("/pfoo", "404"),
    ])
    func `router 2.7 the path of use covers whole segments, the slash only the root`(
        path: String,
        expected: String
    ) async throws {
        let router = Router(prefix: "/p").use("", Step("all")).use("/", Step("root")).use("/foo", Step("foo"))
        router.get("/", end).get("/:a", end).get("/:a/:b", end)
        #expect(try await router.answer(path) == expected)
    }

    @Test func `router 2.7, 4.18 a prefix with parameters does not skip the middleware`() async throws {
        let router = Router(prefix: "/users/:id").use { ctx, next in
            ctx.mark("auth \(ctx.params["id"] ?? "-")")
            try await next()
        }
        router.get("/", end).get("/posts/:post", end)
        #expect(try await router.answer("/users/7") == "auth 7 end")
        #expect(try await router.answer("/users/7/posts/8") == "auth 7 end")
        #expect(try await router.answer("/users") == "404")
    }

    @Test func `router 2.7 parameters of a path of use are bound`() async throws {
        let router = Router().use("/:section/:item") { ctx, next in
            ctx.mark("\(ctx.params["section"] ?? "-")/\(ctx.params["item"] ?? "-")")
            try await next()
        }
        router.get("/*rest") { ctx, _ in ctx.mark(ctx.params["rest"] ?? "-") }
        #expect(try await router.answer("/a/b/c") == "a/b a/b/c")
        #expect(try await router.answer("/a") == "a")
    }

    @Test func `router 2.15 param handlers run once, in the order of the URL, before the route`() async throws {
        let router = Router()
        func handle(_ word: String) -> @Sendable (String, Context, Next) async throws -> Void {
            { value, ctx, next in
                ctx.mark("\(word)=\(value)")
                try await next()
            }
        }
        router.param("b", handle("b")).get("/:a/:b", Step("first")).get("/:a/x", Step("second"))
        router.get("/none", Step("none"))
        router.param("a", handle("a")).param("a", handle("again"))
        #expect(try await router.answer("/1/x") == "a=1 again=1 b=x first second")
        #expect(try await router.answer("/1/2") == "a=1 again=1 b=2 first")
        #expect(try await router.answer("/none") == "none")
    }

    @Test func `router 2.15 a param handler may end the request`() async throws {
        let router = Router().get("/:id", end).param("id") { value, ctx, next in
            if value == "0" { ctx.status = 410 } else { try await next() }
        }
        #expect(try await router.answer("/0") == "410")
        #expect(try await router.answer("/1") == "end")
    }

    @Test func `router 2.15 a param handler stands outside the middleware of a prefix with the parameter`() async throws
    {
        let router = Router(prefix: "/:id").use(Step("use")).get("/x{/:tail}", end)
        router.param("id") { value, ctx, next in
            ctx.mark(value)
            try await next()
        }
        router.param("tail") { value, ctx, next in
            ctx.mark(value)
            try await next()
        }
        #expect(try await router.answer("/1/x") == "1 use end")
        #expect(try await router.answer("/1/x/2") == "1 use 2 end")
    }
}

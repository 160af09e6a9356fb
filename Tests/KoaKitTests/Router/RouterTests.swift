import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RouterTests {
    private func ask(_ router: Router, _ method: HTTPMethod, _ path: String) async throws -> TestReply {
        let app = Application.quiet()
        app.use(router.routes())
        return try await app.test { try await $0.request(method, path) }
    }

    /// Answers the pattern that matched and the parameters `a`, `b` and `rest`.
    private static let tell: Handler = { ctx, _ in
        let params = ["a", "b", "rest"].compactMap { name in ctx.params[name].map { "\(name)=\($0)" } }
        ctx.body = .text(([ctx.matchedRoute ?? "none"] + params).joined(separator: " "))
    }

    @Test(arguments: Transport.allCases)
    func `router 2.1 each verb has its helper`(over transport: Transport) async throws {
        let router = Router()
        let answer: Handler = { ctx, _ in ctx.body = .text("\(ctx.method)") }
        router.get("/", answer).post("/", answer).put("/", answer).patch("/", answer).delete("/", answer)
        router.options("/", answer).all("/all", answer).del("/del", name: "remove", answer)
        router.on([.RAW(value: "BREW"), .PROPFIND], "/pot", [Step("pot")])
        router.get(["/one", "/two/:a"], answer)
        let app = Application.quiet()
        app.use(router.routes())
        try await app.test(over: transport) { client async throws in
            #expect(try await client.request(.DELETE, "/del").text == "DELETE")
            #expect(try await client.request(.PROPFIND, "/pot").text == "pot")
            #expect(try await client.get("/one").text == "GET")
            #expect(try await client.get("/two/2").text == "GET")
            for method in [HTTPMethod.GET, .POST, .PUT, .PATCH, .DELETE, .OPTIONS] {
                #expect(try await client.request(method, "/").text == method.rawValue)
            }
            #expect(try await client.request(.PURGE, "/all").text == "PURGE")
            #expect(try await client.request(.PURGE, "/").status == 404)
        }
    }

    @Test(arguments: [
        ("/users/:a", "/users/7", "/users/:a a=7"), ("/users/:a", "/users/7/", "/users/:a a=7"),
        ("/users/:a", "/USERS/Seven", "/users/:a a=Seven"), ("/:a/:b", "/x/y", "/:a/:b a=x b=y"),
        ("/:a", "/a%20b", "/:a a=a b"), ("/:a", "/%E4%BD%A0", "/:a a=你"), ("/:a", "/a+b", "/:a a=a+b"),
        ("/:a", "/a%2Fb", "/:a a=a/b"), ("/:a", "/100%", "/:a a=100%"), ("/:a", "/%zz", "/:a a=%zz"),
        ("/:a", "/%ff", "/:a a=%ff"), ("/:a", "/%4", "/:a a=%4"), ("/:a", "/x?a=y", "/:a a=x"),
        ("/files/*rest", "/files/a/b%20c", "/files/*rest rest=a/b c"),
        ("/files/*rest", "/files/a", "/files/*rest rest=a"),
        ("/*rest", "/a/b/c", "/*rest rest=a/b/c"), ("/:a/x/*rest", "/1/x/2/3", "/:a/x/*rest a=1 rest=2/3"),
        ("/", "/", "/"), ("/Mixed/Case", "/mixed/case", "/Mixed/Case"), ("/a/", "/a", "/a/"), ("/a", "/a/", "/a"),
        ("/files/*rest", "/files/a/", "/files/*rest rest=a/"), ("/a{/:b}", "/a", "/a{/:b}"),
        ("/a{/:b}", "/a/2", "/a{/:b} b=2"), ("/x{/:a}{/:b}", "/x/1", "/x{/:a}{/:b} a=1"),
        ("/x{/:a{/:b}}/end", "/x/1/2/end", "/x{/:a{/:b}}/end a=1 b=2"), ("{/:a}/end", "/end", "{/:a}/end"),
        ("/a", "http://example.com/a", "/a"),
    ])
    func `router 2.12, 2.14 a path matches and its parameters are decoded`(
        pattern: String, path: String, expected: String
    ) async throws {
        #expect(try await ask(Router().get(pattern, Self.tell), .GET, path).text == expected)
    }

    @Test(arguments: [
        ("/users/:a", "/users"), ("/users/:a", "/users/"), ("/users/:a", "/users/1/2"), ("/users/:a", "/users//"),
        ("/files/*rest", "/files"), ("/a", "/a/b"), ("/a", "/ab"), ("/a", "//a"), ("/a", "/a//"), ("/", "//"),
        ("/", "*"),
        ("/", "example.com:443"), ("/a/b", "/a%2Fb"),
    ])
    func `a path that does not match goes on to the next middleware`(pattern: String, path: String) async throws {
        let app = Application.quiet()
        app.use(Router().get(pattern, Self.tell).routes())
        app.use { ctx, _ in ctx.body = .text("next \(ctx.matchedRoute ?? "none")") }
        try await app.test { client async throws in #expect(try await client.get(path).text == "next none") }
    }

    @Test func `router 2.8, 2.9 prefixes concatenate and may hold parameters`() async throws {
        let inner = Router(prefix: "/posts/").get("/:b", Self.tell).get("/", Self.tell)
        let outer = Router(prefix: "/users/:a").use("/v1/", inner).use(inner)
        #expect(try await ask(outer, .GET, "/users/1/v1/posts/2").text == "/users/:a/v1/posts/:b a=1 b=2")
        #expect(try await ask(outer, .GET, "/users/1/posts/2").text == "/users/:a/posts/:b a=1 b=2")
        #expect(try await ask(outer, .GET, "/users/1/posts").text == "/users/:a/posts a=1")
        #expect(try await ask(inner, .GET, "/posts/2").text == "/posts/:b b=2")
        #expect(try await ask(outer, .GET, "/posts/2").status == 404)
    }

    @Test func `router 2.3 every matching route joins in, in the order of registration`() async throws {
        let trace = Trace()
        func step(_ name: String) -> Handler {
            { ctx, next in
                trace.add("\(name) \(ctx.params["a"] ?? "-")")
                try await next()
            }
        }
        let router = Router()
        router.get("/*rest", step("rest")).get("/x", step("literal")).get("/:a", step("param"))
        router.post("/x", step("post")).all("/X/", step("all"), step("second"))
        router.get("/x") { ctx, _ in ctx.body = .text(ctx.matchedRoute ?? "") }
        router.get("/x", step("shadowed"))
        #expect(try await ask(router, .GET, "/x").text == "/x")
        #expect(trace.all == ["rest -", "literal -", "param x", "all x", "second x"])
    }

    @Test func `router 2.3 a literal that comes after a parameter does not win`() async throws {
        let router = Router().get("/:a", Self.tell).get("/me") { ctx, _ in ctx.body = .text("me") }
        #expect(try await ask(router, .GET, "/me").text.hasSuffix("a=me"))
    }

    @Test func `router 2.25 matchedRoute is set before the route's middleware run`() async throws {
        let router = Router(prefix: "/u")
        router.use { ctx, _ in
            ctx.status = 401
            ctx.body = .text(ctx.matchedRoute ?? "none")
        }
        router.get("/:a", Self.tell)
        #expect(try await ask(router, .GET, "/u/1").text == "/u/:a")
    }

    @Test func `router 2.5, 2.7, 4.18 a router's middleware runs only for its own routes`() async throws {
        let trace = Trace()
        func mark(_ name: String) -> Handler {
            { _, next in
                trace.add(name)
                try await next()
            }
        }
        let inner = Router(prefix: "/inner").use(mark("inner")).get("/x", Self.tell)
        let outer = Router(prefix: "/a").use(mark("outer")).use(inner).get("/y", mark("handler"), Self.tell)
        outer.use(mark("late"))
        outer.get("/z", Self.tell)
        let app = Application.quiet()
        app.use(outer.routes())
        app.use(Router().get("/about", Self.tell).routes())
        try await app.test { client async throws in
            for (method, path, expected) in [
                (HTTPMethod.GET, "/a/inner/x", ["outer", "inner"]), (.GET, "/a/y", ["outer", "handler"]),
                (.GET, "/a/z", ["outer", "late"]), (.GET, "/a/absent", []), (.POST, "/a/y", []), (.GET, "/about", []),
                (.GET, "/x/a/y", []), (.GET, "/A/Y/", ["outer", "handler"]),
            ] {
                let before = trace.count
                _ = try await client.request(method, path)
                #expect(Array(trace.all.dropFirst(before)) == expected, "\(path)")
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `router 2.19 a GET route answers HEAD, another does not`(over transport: Transport) async throws {
        let router = Router().get("/get", Self.tell).post("/post", Self.tell).head("/head", Self.tell)
        let app = Application.quiet()
        app.use(router.routes())
        try await app.test(over: transport) { client async throws in
            let head = try await client.head("/get")
            let get = try await client.get("/get")
            #expect(head.status == 200 && head.content.isEmpty)
            #expect(head["content-length"] == get["content-length"])
            #expect(try await client.head("/post").status == 404)
            #expect(try await client.head("/head").status == 200)
            #expect(try await client.get("/head").status == 404)
        }
    }

    @Test func `routes are those of the moment`() async throws {
        let router = Router().get("/a", Self.tell)
        let app = Application.quiet()
        app.use(router.routes())
        router.get("/b", Self.tell)
        try await app.test { client async throws in #expect(try await client.get("/b").status == 404) }
    }

    @Test func `two routers take turns`() async throws {
        let app = Application.quiet()
        app.use(Router().get("/:a") { _, next in try await next() }.routes())
        app.use(Router().get("/x", Self.tell).routes())
        try await app.test { client async throws in #expect(try await client.get("/x").text.hasPrefix("/x")) }
    }
}

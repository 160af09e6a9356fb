import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

/// What the context says about routes.
@Suite(.timeLimit(.minutes(1)))
struct RoutingContextTests {
    @Test func `router 2.24 matched holds the routes of the path in all routers`() async throws {
        let pass: Handler = { _, next in try await next() }
        let app = Application.quiet()
        app.use(Router().get("/:a", name: "first", pass).post("/x", name: "second", pass).get("/y", pass).routes())
        app.use(
            Router(prefix: "/x").get("/", name: "third") { ctx, _ in
                let names = ctx.matched.map { $0.name ?? "-" }.joined(separator: ",")
                ctx.mark("\(names) \(ctx.matchedRouteName ?? "-") \(ctx.matchedRoute ?? "-") \(ctx.params.names)")
                ctx.mark("\(ctx.router?.routes.count ?? 0)")
            }.routes()
        )
        try await app.test { client async throws in
            #expect(try await client.get("/x").text == #"first,second,third third /x ["a"] 1"#)
        }
    }

    @Test func `router 2.25 one stable label, and a constant one for what no route matches`() async throws {
        let trace = Trace()
        let app = Application.quiet()
        app.use { ctx, next in
            trace.add(ctx.routeLabel)
            do { try await next() } catch {}
            trace.add(ctx.routeLabel)
        }
        let router = Router(prefix: "/u").use { ctx, _ in
            trace.add(ctx.routeLabel)
            throw HTTPError(401)
        }
        app.use(router.get("/:id", Step("x")).get("/:id/y", Step("y")).routes())
        try await app.test { client async throws in
            for path in ["/u/1", "/u/2/y", "/absent/3"] { _ = try await client.get(path) }
        }
        #expect(
            trace.all == [
                "unmatched", "/u/:id", "/u/:id", "unmatched", "/u/:id/y", "/u/:id/y", "unmatched", "unmatched",
            ]
        )
    }

    @Test func `router 2.25 the last of several matching routes gives the label from the start`() async throws {
        let tell: Handler = { ctx, next in
            ctx.mark(ctx.routeLabel)
            try await next()
        }
        #expect(try await Router().use(tell).get("/:a", tell).get("/x", tell).answer("/x") == "/x /x /x")
    }

    @Test func `router 2.26 routerPath and the option stand in for the path`() async throws {
        let router = Router().get("/real", Step("real")).get("/asked", Step("asked"))
        let app = Application.quiet()
        app.use { ctx, next in
            if !ctx.get("X-Path").isEmpty { ctx.routerPath = ctx.get("X-Path") }
            try await next()
        }
        app.use(router.routes())
        try await app.test { client async throws in
            #expect(try await client.get("/asked", headers: ["X-Path": "/real"]).text == "real")
            #expect(try await client.get("/asked").text == "asked")
        }
        var options = Router.Options()
        options.routerPath = "/real"
        #expect(try await Router(options: options).get("/real", Step("fixed")).answer("/x") == "fixed")
    }

    @Test func `router 2.26 a path that was set is the one that is matched`() async throws {
        let app = Application.quiet()
        app.use { ctx, next in
            ctx.path = "/new"
            try await next()
        }
        app.use(Router().get("/new", Step("new")).routes())
        try await app.test { client async throws in #expect(try await client.get("/old").text == "new") }
    }

    @Test(arguments: Transport.allCases)
    func `mount strips whole segments and restores the path around upstream`(over transport: Transport) async throws {
        let admin = Application.quiet()
        admin.use { ctx, next in
            ctx.mark("\(ctx.mountPath) \(ctx.path)")
            try await next()
            ctx.mark(ctx.path)
        }
        let router = Router().get("/users/:id") { ctx, _ in ctx.mark(ctx.routeLabel) }
        admin.use(router.routes())
        let app = Application.quiet()
        app.use { ctx, next in
            try await next()
            ctx.mark("upstream '\(ctx.mountPath)' \(ctx.path) \(ctx.routeLabel)")
        }
        app.use(mount("/admin", mount("/v1/", admin)))
        app.use { ctx, _ in ctx.mark("after \(ctx.path)") }
        try await app.test(over: transport) { client async throws in
            for (path, expected) in [
                (
                    "/admin/v1/users/7",
                    "/admin/v1 /users/7 /admin/v1/users/:id /users/7 upstream '' /admin/v1/users/7 /admin/v1/users/:id"
                ),
                ("/admin/v1", "/admin/v1 / after /admin/v1 / upstream '' /admin/v1 unmatched"),
                ("/admin/v1x", "after /admin/v1x upstream '' /admin/v1x unmatched"),
                ("/administrators", "after /administrators upstream '' /administrators unmatched"),
            ] { #expect(try await client.get(path).text == expected) }
        }
    }

    @Test func `koa 4.18 mount restores the path when something throws`() async throws {
        let app = Application.quiet()
        app.use { ctx, next in
            do { try await next() } catch { ctx.mark("\(ctx.path)\(ctx.mountPath)") }
        }
        app.use(mount("/a", Application.quiet().use { _, _ in throw HTTPError(400) }))
        app.use(mount("/b", Application.quiet().use { _, next in try await next() }))
        app.use { _, _ in throw HTTPError(400) }
        try await app.test { client async throws in
            #expect(try await client.get("/a/x").text == "/a/x")
            #expect(try await client.get("/b/x").text == "/b/x")
        }
    }
}

import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RouteNameTests {
    private let answer: Handler = { ctx, _ in ctx.mark("answer") }

    private func router() -> Router {
        let books = Router(prefix: "/books").get("/:id", name: "book", answer).get("/", name: "books", answer)
        return Router(prefix: "/:lang").use(books).get("/files/*path", name: "file", answer)
            .get("/list{/page/:page}", name: "list", answer)
    }

    @Test func `router 2.16 a named route makes URLs, prefixes included`() throws {
        let router = router()
        #expect(try router.url(for: "book", params: ["lang": "en", "id": "7"]) == "/en/books/7")
        #expect(try router.url(for: "book", "de", "a/b ü?") == "/de/books/a%2Fb%20%C3%BC%3F")
        #expect(try router.url(for: "books", "en", query: ["q": "a&b", "p": "1"]) == "/en/books?q=a%26b&p=1")
        #expect(try router.url(for: "books", "en", query: "?q=1") == "/en/books?q=1")
        #expect(try router.url(for: "file", "en", "a b/c") == "/en/files/a%20b/c")
        #expect(try router.url(for: "list", "en") == "/en/list")
        #expect(try router.url(for: "list", "en", "2") == "/en/list/page/2")
        #expect(router.route(named: "book")?.path == "/:lang/books/:id")
        #expect(router.route(named: "nothing") == nil)
    }

    @Test func `router 2.16 a URL that cannot be made is an error`() {
        let router = router()
        let attempts: [(RouteError.Code, () throws -> String)] = [
            (.unknownName, { try router.url(for: "nothing") }),
            (.missingParameter, { try router.url(for: "book", "en") }),
            (.missingParameter, { try router.url(for: "book", "en", "") }),
            (.malformedPattern, { try Router.url("/:a(x)") }),
        ]
        for (code, attempt) in attempts {
            let error = #expect(throws: RouteError.self) { try attempt() }
            #expect(error?.code == code)
        }
    }

    @Test func `router 2.16 Router.url makes a URL of any pattern`() throws {
        #expect(try Router.url("/a/:b", params: ["b": "ü"], query: ["c": "d"]) == "/a/%C3%BC?c=d")
        #expect(try Router.url("/") == "/")
    }

    @Test func `router 2.16 handlers make URLs of their router`() async throws {
        let router = Router(prefix: "/p").get("/:id", name: "item") { ctx, _ in
            ctx.mark(try ctx.router?.url(for: "item", params: ["id": "next"]) ?? "-")
        }
        #expect(try await router.answer("/p/1") == "/p/next")
    }

    @Test(arguments: Transport.allCases)
    func `router 2.17 redirect takes paths, names and URLs`(over transport: Transport) async throws {
        let router = Router(prefix: "/p").get("/new", name: "new", answer).get("/old", name: "old") { _, next in
            try await next()
        }
        try router.redirect("/a", to: "new").redirect("old", to: "/elsewhere", status: 308)
        try router.redirect("/web", to: "https://example.com/x?y=z", status: 302).redirect(
            "/app", to: "weixin://dl/chat")
        let app = Application.quiet()
        app.use(router.routes())
        try await app.test(over: transport) { client async throws in
            for (path, status, location) in [
                ("/p/a", 301, "/p/new"), ("/p/old", 308, "/elsewhere"), ("/p/web", 302, "https://example.com/x?y=z"),
                ("/p/app", 301, "weixin://dl/chat"),
            ] {
                for method in [HTTPMethod.GET, .POST, .DELETE] {
                    let reply = try await client.request(method, path)
                    #expect(reply.status == status && reply["location"] == location, "\(path)")
                }
            }
        }
    }

    @Test func `router 2.17 redirect to an unknown name is an error at setup`() {
        let router = Router().get("/:id", name: "item", answer)
        #expect(throws: RouteError.self) { try router.redirect("/a", to: "nothing") }
        #expect(throws: RouteError.self) { try router.redirect("nothing", to: "/a") }
        #expect(throws: RouteError.self) { try router.redirect("/a", to: "item") }
    }
}

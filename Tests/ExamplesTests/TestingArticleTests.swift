import KoaKit
import KoaTesting
import Testing

// The code of the article "Testing an application"; `ArticleTests` compares.

// article: first
func makeApplication() -> Application {
    let router = Router(prefix: "/hello")
    router.get("/:name") { ctx, _ in ctx.body = .text("Hello, \(ctx.params["name"] ?? "you")!") }
    router.post("/") { ctx, _ in ctx.body = .json(try await ctx.request.json()) }
    let app = Application()
    app.use(router.routes())
    app.use(router.allowedMethods())
    return app
}

@Test(arguments: Transport.allCases)
func `hello greets by name`(over transport: Transport) async throws {
    try await makeApplication().test(over: transport) { client in
        let reply = try await client.get("/hello/Ann")
        #expect(reply.status == 200)
        #expect(reply.text == "Hello, Ann!")
        #expect(reply["Content-Type"] == "text/plain; charset=utf-8")
    }
}
// article: end

// article: bodies
struct Greeting: Codable, Equatable {
    let name: String
}

@Test func `hello answers with what it got`() async throws {
    try await makeApplication().test { client in
        let reply = try await client.post("/hello", body: .json(["name": "Ann"]))
        #expect(try reply.decode() == Greeting(name: "Ann"))
        let refused = try await client.post("/hello", body: .text("name=Ann"))
        #expect(refused.status == 415)
    }
}
// article: end

// article: raw
@Test func `a request with two lengths is refused`() async throws {
    try await makeApplication().withServer { server in
        let connection = try await RawConnection.connect(port: server.port)
        try await connection.send("POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")
        #expect(try await connection.readReply().status == 400)
        await connection.close()
    }
}
// article: end

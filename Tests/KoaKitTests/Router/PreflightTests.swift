import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PreflightTests {
    /// Answers preflights with its name, as a middleware for CORS does.
    private struct Responder: PreflightResponder {
        let name: String

        func handle(_ context: Context, next: Next) async throws {
            context.set("X-Origin", name)
            if context.method == .OPTIONS, !context.get("Access-Control-Request-Method").isEmpty {
                context.status = 204
            } else {
                try await next()
            }
        }
    }

    private func preflight(_ client: TestClient, _ path: String, _ method: String) async throws -> String {
        let reply = try await client.options(path, headers: ["Access-Control-Request-Method": method])
        return "\(reply.status) \(reply["x-origin"] ?? "-")"
    }

    @Test(arguments: Transport.allCases)
    func `4.21 a middleware of one route owns OPTIONS there`(over transport: Transport) async throws {
        let guarded = Router().use("/scoped/:x", Responder(name: "scoped"))
        guarded.use { _, _ in throw HTTPError(401) }
        guarded.put("/feed", Step("put")).get("/:any/:b", Step("scope"))
        let router = Router().get("/feed", Responder(name: "get"), { ctx, _ in ctx.mark("feed") })
        router.post("/feed", Responder(name: "post"), Step("posted")).get("/plain", Step("plain")).use(guarded)
        router.get("/own", Responder(name: "never")) { _, _ in }.options("/own", Step("own"))
        let app = Application.quiet()
        app.use(router.allowedMethods())
        app.use(router.routes())
        try await app.test(over: transport) { client async throws in
            let reply = try await client.get("/feed")
            #expect(reply.text == "feed" && reply["x-origin"] == "get")
            #expect(try await preflight(client, "/feed", "GET") == "204 get")
            #expect(try await preflight(client, "/feed", "HEAD") == "204 get")
            #expect(try await preflight(client, "/feed", "POST") == "204 post")
            #expect(try await preflight(client, "/feed", "DELETE") == "204 get")
            #expect(try await preflight(client, "/plain", "GET") == "200 -")
            #expect(try await preflight(client, "/absent", "GET") == "404 -")
            #expect(try await preflight(client, "/own", "GET") == "200 -")
            #expect(try await preflight(client, "/scoped/1", "GET") == "204 scoped")
            #expect(try await preflight(client, "/other/1", "GET") == "200 -")
            let options = try await client.options("/feed")
            #expect(options.status == 200 && options["x-origin"] == "get")
            #expect(options["allow"] == "HEAD, GET, POST, PUT")
        }
    }
}

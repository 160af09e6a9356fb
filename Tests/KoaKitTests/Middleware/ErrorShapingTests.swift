import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ErrorShapingTests {
    private struct Fault: Error, CustomStringConvertible {
        var description: String { "password=hunter2" }
    }

    private func app(_ shaper: @escaping ErrorShaper, _ middleware: [any Middleware] = []) -> Application {
        let app = Application.quiet()
        app.shapeErrors(with: shaper)
        for middleware in middleware { app.use(middleware) }
        let router = Router()
        router.get("/taken") { _, _ in throw HTTPError(409, "the <name> is taken", reason: .init(rawValue: "taken")) }
        router.get("/accent") { _, _ in throw HTTPError(409, "<\u{301}'\u{301}&") }
        router.get("/plain") { _, _ in throw HTTPError(403) }
        router.get("/fault") { _, _ in throw Fault() }
        router.get("/bare") { ctx, _ in
            ctx.status = 401
            ctx.set("WWW-Authenticate", "Bearer")
        }
        router.get("/answered") { ctx, _ in
            ctx.status = 404
            ctx.body = .text("mine")
        }
        app.use(router.routes())
        app.use(router.allowedMethods())
        return app
    }

    @Test(arguments: Transport.allCases)
    func `koa 4.3 problem+json says what RFC 9457 asks, and the reason`(over transport: Transport) async throws {
        try await app(ErrorShaping.problem(), [RequestID()]).test(over: transport) { client async throws in
            let reply = try await client.get("/taken", headers: ["X-Request-Id": "r-1"])
            #expect(reply.status == 409)
            #expect(reply["content-type"] == "application/problem+json")
            #expect(
                try reply.json() == [
                    "type": "about:blank", "title": "Conflict", "status": 409, "detail": "the <name> is taken",
                    "instance": "r-1", "reason": "taken",
                ])
        }
    }

    @Test(arguments: Transport.allCases)
    func `problem+json leaves out what is not known and tells nothing of the inside`(over transport: Transport)
        async throws
    {
        try await app(ErrorShaping.problem()).test(over: transport) { client async throws in
            let plain = try await client.get("/plain")
            #expect(try plain.json() == ["type": "about:blank", "title": "Forbidden", "status": 403])
            let fault = try await client.get("/fault")
            #expect(
                try fault.json() == ["type": "about:blank", "title": "Internal Server Error", "status": 500])
        }
    }

    @Test func `problem+json takes a type for each reason and members of the application's own`() async throws {
        let shaper = ErrorShaping.problem(typeBase: "https://api.example/problems/") { _, ctx in
            [JSONMember("method", .string(ctx.method.rawValue))]
        }
        try await app(shaper).test { client async throws in
            let taken = try await client.get("/taken").json()
            #expect(taken["type"] == "https://api.example/problems/taken")
            #expect(taken["method"] == "GET")
            #expect(try await client.get("/plain").json()["type"] == "about:blank")
        }
    }

    @Test(arguments: Transport.allCases)
    func `an envelope holds code, message, reason and request id`(over transport: Transport) async throws {
        let codes: @Sendable (any Error) -> Int64 = { HTTPError($0).reason?.rawValue == "taken" ? 20_001 : 1 }
        try await app(ErrorShaping.envelope(code: codes), [RequestID()]).test(over: transport) { client async throws in
            let reply = try await client.get("/taken", headers: ["X-Request-Id": "r-1"])
            #expect(reply.status == 409)
            #expect(reply["content-type"] == "application/json; charset=utf-8")
            #expect(
                try reply.json() == [
                    "code": 20_001, "message": "the <name> is taken", "reason": "taken", "requestId": "r-1",
                ])
        }
        try await app(ErrorShaping.envelope()).test(over: transport) { client async throws in
            let reply = try await client.get("/fault")
            #expect(try reply.json() == ["code": 500, "message": "Internal Server Error"])
        }
    }

    static let negotiations: [(accept: String?, type: String)] = [
        (nil, "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("image/png", "application/problem+json"),
        ("application/json", "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/html;q=0.5, application/json", "application/problem+json"),
    ]

    @Test(arguments: negotiations, Transport.allCases)
    func `koa 4.3 the form of an error is what the client likes best`(
        example: (accept: String?, type: String),
        over transport: Transport
    ) async throws {
        try await app(ErrorShaping.negotiated()).test(over: transport) { client async throws in
            let headers = HTTPHeaders(example.accept.map { [("Accept", $0)] } ?? [])
            let reply = try await client.get("/taken", headers: headers)
            #expect(reply.status == 409)
            #expect(reply["content-type"] == example.type)
            #expect(reply["vary"] == "Accept")
        }
    }

    @Test(arguments: Transport.allCases)
    func `a page shows status and message, none of it as markup`(over transport: Transport) async throws {
        try await app(ErrorShaping.negotiated(preferring: .html)).test(over: transport) { client async throws in
            let taken = try await client.get("/taken").text
            #expect(taken.contains("<h1>409 Conflict</h1><p>the &lt;name&gt; is taken</p>"))
            #expect(try await client.get("/accent").text.contains("<p>&lt;\u{301}&#39;\u{301}&amp;</p>"))
            #expect(try await !client.get("/fault").text.contains("hunter2"))
        }
    }

    @Test func `the text form is Koa's, and preferred where the application says so`() async throws {
        let shaper = ErrorShaping.negotiated(preferring: .text, json: ErrorShaping.envelope())
        try await app(shaper).test { client async throws in
            #expect(try await client.get("/taken").text == "the <name> is taken")
            let json = try await client.get("/taken", headers: ["Accept": "application/json"])
            #expect(try json.json()["code"] == 409)
        }
    }

    @Test(arguments: Transport.allCases)
    func `an error status without a body is shaped too, with its fields`(over transport: Transport) async throws {
        try await app(ErrorShaping.envelope(), [BareErrors()]).test(over: transport) { client async throws in
            let nowhere = try await client.get("/nowhere")
            #expect(nowhere.status == 404)
            #expect(try nowhere.json() == ["code": 404, "message": "Not Found"])
            let bare = try await client.get("/bare")
            #expect(bare.status == 401)
            #expect(try bare.json() == ["code": 401, "message": "Unauthorized"])
            #expect(bare.headers["WWW-Authenticate"] == ["Bearer"])
            let method = try await client.post("/plain")
            #expect(method.status == 405)
            #expect(method["Allow"] == "HEAD, GET")
            #expect(try method.json()["code"] == 405)
            #expect(try await client.get("/answered").text == "mine")
        }
    }
}

import Glibc
import InMemoryLogging
import KoaKit
import KoaTesting
import Logging
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ErrorTests {
    private struct Fault: Error, CustomStringConvertible {
        var description: String { "password=hunter2" }
    }

    struct Case: Sendable {
        var error: HTTPError
        var status: Int
        var text: String
    }

    private func failing(with error: any Error & Sendable) -> Application {
        let app = Application.quiet()
        app.use { _, _ in throw error }
        return app
    }

    static let cases = [
        Case(error: HTTPError(400), status: 400, text: "Bad Request"),
        Case(error: HTTPError(400, "name required"), status: 400, text: "name required"),
        Case(error: HTTPError(403, "inside", isExposed: false), status: 403, text: "Forbidden"),
        Case(error: HTTPError(500, "inside"), status: 500, text: "Internal Server Error"),
        Case(error: HTTPError(503, "come back later", isExposed: true), status: 503, text: "come back later"),
        Case(error: HTTPError(200, "inside"), status: 500, text: "Internal Server Error"),
        Case(error: HTTPError(-1, "inside", isExposed: true), status: 500, text: "Internal Server Error"),
        Case(error: HTTPError(9999, "inside", isExposed: true), status: 500, text: "Internal Server Error"),
        Case(error: HTTPError(399), status: 500, text: "Internal Server Error"),
        Case(error: HTTPError(600), status: 500, text: "Internal Server Error"),
        Case(error: HTTPError(499), status: 499, text: "499"),
        Case(error: HTTPError(599, "inside"), status: 599, text: "599"),
    ]

    @Test(arguments: cases, Transport.allCases)
    func `koa 1.23, 1.25, 1.28, 1.29 an HTTPError answers with its status, and its message when exposed`(
        example: Case,
        over transport: Transport
    ) async throws {
        try await failing(with: example.error).test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == example.status)
            #expect(reply.text == example.text)
            #expect(reply["content-type"] == "text/plain; charset=utf-8")
        }
    }

    @Test(arguments: [200, 399, 600, 9999, -1], Transport.allCases)
    func `koa 1.25, 1.29 a status that is no error's is a 500 when it is set later, too`(
        status: Int, over transport: Transport
    ) async throws {
        var error = HTTPError(404, "inside")
        error.status = status
        try await failing(with: error).test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == 500)
            #expect(reply.text == "Internal Server Error")
        }
        error.status = 503
        #expect(error.status == 503)
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.31 an error without a meaning in HTTP is a 500 that says nothing of the inside`(
        over transport: Transport
    )
        async throws
    {
        try await failing(with: Fault()).test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == 500)
            #expect(reply.text == "Internal Server Error")
        }
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.27 an error drops what was set but for fields that survive and its own`(over transport: Transport)
        async throws
    {
        let app = Application.quiet()
        app.use { ctx, _ in
            ctx.set("X-Dropped", "1")
            ctx.set("Content-Type", "image/png")
            ctx.set("X-Request-Id", "old", survivesError: true)
            ctx.set("x-request-id", "new", survivesError: true)
            ctx.set("Vary", "Origin", survivesError: true)
            ctx.set("X-Removed", "1", survivesError: true)
            ctx.response.remove("x-removed")
            ctx.set("X-Changed", "old", survivesError: true)
            ctx.set("X-Changed", "new")
            ctx.status = 201
            ctx.message = "Made"
            ctx.body = .json(["secret": 1])
            throw HTTPError(429, headers: ["Retry-After": "3", "Link": "<a>", "link": "<b>", "Vary": "Accept"])
        }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == 429)
            #expect(reply.text == "Too Many Requests")
            #expect(reply.reasonPhrase == "Too Many Requests")
            #expect(reply["x-dropped"] == nil)
            #expect(reply.headers["x-request-id"] == ["new"])
            #expect(reply["x-removed"] == nil)
            #expect(reply["x-changed"] == "new")
            #expect(reply["retry-after"] == "3")
            #expect(reply.headers["link"] == ["<a>", "<b>"])
            #expect(reply.headers["vary"] == ["Accept"])
            #expect(reply["content-type"] == "text/plain; charset=utf-8")
        }
    }

    @Test func `koa 1.32 observers hear of every error that reaches the top, each of them`() async throws {
        let (first, second) = (Trace(), Trace())
        let app = failing(with: HTTPError(404, "gone"))
        app.onError { error, ctx in first.add("\(HTTPError(error).status) \(ctx.path)") }
        app.onError { error, ctx in second.add("\(ctx.status)") }
        try await app.test { client in _ = try await client.get("/a") }
        #expect(first.all == ["404 /a"])
        #expect(second.all == ["404"])
    }

    @Test(arguments: Transport.allCases)
    func `koa 4.28 an observer that spoils the reply keeps nobody waiting`(over transport: Transport) async throws {
        let observed = Trace()
        let app = failing(with: HTTPError(400))
        app.onError { error, ctx in
            observed.add("\(type(of: error))")
            if ctx.path == "/bad" { ctx.body = .json(Double.infinity) }
        }
        try await app.test(over: transport) { client async throws in
            #expect((try? await client.get("/bad"))?.status ?? 500 == 500)
            #expect(try await client.get("/good").status == 400)
        }
        #expect(observed.all.first == "HTTPError")
    }

    @Test(arguments: Transport.allCases)
    func `the shape of error replies can be replaced`(over transport: Transport) async throws {
        let app = failing(with: HTTPError(400, "no", reason: .invalidParameter))
        app.shapeErrors { error, ctx in
            let error = HTTPError(error)
            ctx.body = .json([
                "message": .string(error.exposedMessage), "reason": .string(error.reason?.rawValue ?? ""),
            ])
        }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == 400)
            #expect(try reply.json() == ["message": "no", "reason": "invalid_parameter"])
            #expect(reply["content-type"] == "application/json; charset=utf-8")
        }
    }

    @Test(arguments: Transport.allCases)
    func `a body that cannot be encoded is a 500 and the connection goes on`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = ctx.path == "/bad" ? .json(Double.infinity) : .text("good") }
        try await app.test(over: transport) { client async throws in
            #expect(try await client.get("/bad").status == 500)
            #expect(try await client.get("/good").text == "good")
        }
    }

    @Test(arguments: Transport.allCases)
    func `HEAD of a failing handler has no content`(over transport: Transport) async throws {
        try await failing(with: HTTPError(400, "name required")).test(over: transport) { client in
            let reply = try await client.head("/")
            #expect(reply.status == 400)
            #expect(reply.content.isEmpty)
            #expect(reply["content-length"] == "13")
        }
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.24 an error with a cause has its message, and a status that the cause knows`(over transport: Transport)
        async throws
    {
        let cases: [(HTTPError, Int, String)] = [
            (HTTPError(422, because: Fault()), 422, "password=hunter2"),
            (HTTPError(422, because: Fault(), isExposed: false), 422, "Unprocessable Entity"),
            (HTTPError(500, because: Fault()), 500, "Internal Server Error"),
            (HTTPError(422, because: HTTPError(409, "taken")), 409, "taken"),
            (HTTPError(500, "message"), 500, "Internal Server Error"),
        ]
        for (error, status, text) in cases {
            try await failing(with: error).test(over: transport) { client in
                let reply = try await client.get("/")
                #expect(reply.status == status)
                #expect(reply.text == text)
            }
        }
        #expect(HTTPError(422, because: Fault()).underlying is Fault)
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.26 assert throws unless the condition holds or the value is there`(over transport: Transport)
        async throws
    {
        let app = Application.quiet()
        app.use { ctx, _ in
            let name: String? = ctx.query["name"]
            try ctx.assert(ctx.path == "/", 403)
            let present = try ctx.assert(name, 400, "name required")
            ctx.body = .text(present)
        }
        try await app.test(over: transport) { client async throws in
            #expect(try await client.get("/?name=a").text == "a")
            #expect(try await client.get("/").text == "name required")
            #expect(try await client.get("/").status == 400)
            #expect(try await client.get("/other").status == 403)
        }
    }

    @Test(arguments: [
        (Fault() as any Error & Sendable, 1), (HTTPError(500, "inside"), 1),
        (HTTPError(503, "busy", isExposed: true), 0),
        (HTTPError(400), 0), (HTTPError(403, "inside", isExposed: false), 1), (HTTPError(404, isExposed: false), 0),
    ])
    func `koa 1.16, 1.32 the built-in log is quiet for 404 and for what the client was told`(
        error: any Error & Sendable, lines: Int
    ) async throws {
        for (isSilent, isObserved) in [(false, false), (true, false), (false, true)] {
            let log = InMemoryLogHandler()
            let app = Application(logger: Logger(label: "test") { _ in log })
            app.settings.isSilent = isSilent
            if isObserved { app.onError { _, _ in } }
            app.use { _, _ in throw error }
            try await app.test { client in _ = try await client.get("/") }
            #expect(log.entries.count == (isSilent || isObserved ? 0 : lines))
        }
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.6, 1.7 an error before and after a wait takes the same path`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use { ctx, next in
            do { try await next() } catch { ctx.body = .text("recovered from \(HTTPError(error).status)") }
        }
        app.use { ctx, _ in
            if ctx.path == "/late" { for _ in 0..<3 { await Task.yield() } }
            throw HTTPError(409)
        }
        try await app.test(over: transport) { client async throws in
            for path in ["/early", "/late"] {
                let reply = try await client.get(path)
                #expect(reply.status == 200)
                #expect(reply.text == "recovered from 409")
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.30 a file that does not exist is a 500 like any error, not a 404`(over transport: Transport)
        async throws
    {
        try await failing(with: IOError(errnoCode: ENOENT, reason: "open")).test(over: transport) {
            client async throws in
            #expect(try await client.get("/").status == 500)
        }
    }
}

import KoaKit
import KoaTesting
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
    func `an HTTPError answers with its status, and its message when exposed`(
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

    @Test(arguments: Transport.allCases)
    func `an error without a meaning in HTTP is a 500 that says nothing of the inside`(over transport: Transport)
        async throws
    {
        try await failing(with: Fault()).test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == 500)
            #expect(reply.text == "Internal Server Error")
        }
    }

    @Test(arguments: Transport.allCases)
    func `an error drops what was set but for fields that survive and its own`(over transport: Transport) async throws {
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
            ctx.body = .json(["secret": 1])
            throw HTTPError(429, headers: ["Retry-After": "3", "Link": "<a>", "link": "<b>", "Vary": "Accept"])
        }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == 429)
            #expect(reply.text == "Too Many Requests")
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

    @Test func `observers hear of every error that reaches the top, each of them`() async throws {
        let (first, second) = (Trace(), Trace())
        let app = failing(with: HTTPError(404, "gone"))
        app.onError { error, ctx in first.add("\(HTTPError(error).status) \(ctx.path)") }
        app.onError { error, ctx in second.add("\(ctx.status)") }
        try await app.test { client in _ = try await client.get("/a") }
        #expect(first.all == ["404 /a"])
        #expect(second.all == ["404"])
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
}

import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RequestIDTests {
    private func app(_ middleware: RequestID) -> Application {
        let app = Application.quiet()
        app.use(middleware)
        app.use { ctx, _ in
            if ctx.path == "/error" { throw HTTPError(400) }
            ctx.body = .text(ctx.requestID ?? "none")
        }
        return app
    }

    @Test(arguments: Transport.allCases)
    func `each request has an identifier of its own, which its reply tells`(over transport: Transport) async throws {
        try await app(RequestID()).test(over: transport) { client async throws in
            var seen: Set<String> = []
            for _ in 0..<50 {
                let reply = try await client.get("/")
                #expect(reply["X-Request-Id"] == reply.text)
                seen.insert(reply.text)
            }
            #expect(seen.count == 50)
            #expect(try await client.get("/error")["X-Request-Id"]?.isEmpty == false)
        }
    }

    @Test func `identifiers of one application are a prefix and a count to the base of 36`() async throws {
        try await app(RequestID()).test { client async throws in
            var prefixes: Set<Substring> = []
            for count in 1...37 {
                let parts = try await client.get("/").text.split(separator: "-")
                #expect(parts.count == 2)
                #expect(parts.last.map(String.init) == String(count, radix: 36))
                prefixes.insert(parts[0])
            }
            #expect(prefixes.count == 1)
            #expect(prefixes.allSatisfy { $0.wholeMatch(of: /[0-9a-z]{6}/) != nil })
        }
    }

    @Test(arguments: [
        ("abc-DEF_1.2", true), (String(repeating: "a", count: 64), true), (String(repeating: "a", count: 65), false),
        ("a b", false), ("a\"b", false), ("", false), ("ä", false),
    ])
    func `a client's identifier is taken when it is well-formed`(sent: String, isTaken: Bool) async throws {
        try await app(RequestID()).test { client async throws in
            let reply = try await client.get("/", headers: ["X-Request-Id": sent])
            #expect((reply.text == sent) == isTaken)
        }
    }

    @Test func `a client's identifier is ignored where clients are not trusted`() async throws {
        var options = RequestID.Options()
        (options.field, options.trustsClient) = ("Request-Id", false)
        try await app(RequestID(options)).test { client async throws in
            let reply = try await client.get("/", headers: ["Request-Id": "mine"])
            #expect(reply.text != "mine")
            #expect(reply["Request-Id"] == reply.text)
        }
    }
}

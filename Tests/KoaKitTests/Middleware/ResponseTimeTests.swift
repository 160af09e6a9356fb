import KoaKit
import KoaTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ResponseTimeTests {
    @Test(arguments: Transport.allCases, [false, true])
    func `the time downstream is told, when it throws too`(over transport: Transport, isFractional: Bool) async throws {
        let clock = ManualClock()
        var options = ResponseTime.Options()
        options.isFractional = isFractional
        options.now = { clock.now }
        let app = Application.quiet()
        app.use(ResponseTime(options))
        app.use { ctx, _ in
            clock.advance(by: .microseconds(1_600_042))
            if ctx.path == "/error" { throw HTTPError(400) }
            ctx.body = .text("ok")
        }
        try await app.test(over: transport) { client async throws in
            for path in ["/", "/error"] {
                let reply = try await client.get(path)
                #expect(reply["X-Response-Time"] == (isFractional ? "1600.042ms" : "1600ms"))
            }
        }
    }

    @Test func `milliseconds are rounded and the field may have another name`() async throws {
        let clock = ManualClock()
        var options = ResponseTime.Options()
        options.field = "Server-Time"
        options.now = { clock.now }
        let app = Application.quiet()
        app.use(ResponseTime(options))
        app.use { ctx, _ in clock.advance(by: .microseconds(1_500)) }
        try await app.test { client async throws in
            let reply = try await client.get("/")
            #expect(reply["Server-Time"] == "2ms")
        }
    }
}

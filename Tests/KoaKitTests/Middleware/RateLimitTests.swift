import FoundationEssentials
import InMemoryLogging
import KoaKit
import KoaTesting
import Logging
import NIOHTTP1
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RateLimitTests {
    private struct BrokenStore: RateLimitStore {
        struct Outage: Error {}
        var error: any Error = Outage()

        func recordHit(of key: String, limit: Int, window: Duration) async throws -> RateLimitDecision { throw error }
    }

    /// Fails as long as it is told to.
    private final class ShakyStore: RateLimitStore {
        private let store = MemoryRateLimitStore()
        let isDown = Mutex(true)

        func recordHit(of key: String, limit: Int, window: Duration) async throws -> RateLimitDecision {
            if isDown.withLock({ $0 }) { throw BrokenStore.Outage() }
            return await store.recordHit(of: key, limit: limit, window: window)
        }
    }

    private let clock = ManualClock()

    /// Two requests a minute of who says who it is, at 1,000,000.25 s after 1970.
    private func app(_ change: (inout RateLimit.Options) -> Void = { _ in }) throws -> Application {
        let clock = clock
        var options = RateLimit.Options()
        options.limit = 2
        options.window = .seconds(60)
        options.store = MemoryRateLimitStore(now: { clock.now })
        options.date = { Date(timeIntervalSince1970: 1_000_000.25) }
        options.key = { $0.get("who") }
        change(&options)
        let app = Application.quiet()
        app.use(try RateLimit(options))
        app.use { ctx, _ in
            if ctx.path == "/error" { throw HTTPError(400) }
            ctx.body = .text("ok")
        }
        return app
    }

    @Test(arguments: Transport.allCases)
    func `koa 4.2 what is left is told, and over the limit a client waits for room`(
        over transport: Transport
    )
        async throws
    {
        try await app().test(over: transport) { client async throws in
            let first = try await client.get("/")
            #expect(first.text == "ok")
            #expect(first["X-RateLimit-Limit"] == "2")
            #expect(first["X-RateLimit-Remaining"] == "1")
            #expect(first["X-RateLimit-Reset"] == "1000061")
            clock.advance(by: .milliseconds(10_500))
            let second = try await client.get("/error")
            #expect(second.status == 400)
            #expect(second["X-RateLimit-Remaining"] == "0")
            #expect(second["X-RateLimit-Reset"] == "1000050")
            let refused = try await client.get("/")
            #expect(refused.status == 429)
            #expect(refused.text == "rate limit exceeded, retry in 50 s")
            #expect(refused["Retry-After"] == "50")
            #expect(refused["X-RateLimit-Limit"] == "2")
            #expect(refused["X-RateLimit-Remaining"] == "0")
            clock.advance(by: .milliseconds(49_500))
            #expect(try await client.get("/").status == 200)
            #expect(try await client.get("/").status == 429)
        }
    }

    @Test(arguments: Transport.allCases)
    func `each key has a limit of its own, and none means no limit`(over transport: Transport) async throws {
        let app = try app { $0.key = { $0.get("who").isEmpty ? nil : $0.get("who") } }
        try await app.test(over: transport) { client async throws in
            for who in ["a", "b"] {
                for status in [200, 200, 429] {
                    #expect(try await client.get("/", headers: ["who": who]).status == status)
                }
            }
            for _ in 0..<4 {
                let reply = try await client.get("/")
                #expect(reply.status == 200)
                #expect(reply["X-RateLimit-Limit"] == nil)
            }
        }
    }

    @Test func `by default the key is the address of the client`() async throws {
        let app = try app { $0.key = RateLimit.Options().key }
        app.settings.trustedProxies = .hops(1)
        try await app.test { client async throws in
            for address in ["203.0.113.1", "203.0.113.2"] {
                for status in [200, 200, 429] {
                    let reply = try await client.get("/", headers: ["X-Forwarded-For": address])
                    #expect(reply.status == status)
                }
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `allowed keys are never counted, denied ones always refused`(over transport: Transport) async throws {
        let app = try app { options in
            options.allowedKeys = ["friend"]
            options.deniedKeys = ["foe"]
        }
        try await app.test(over: transport) { client async throws in
            for _ in 0..<4 { #expect(try await client.get("/", headers: ["who": "friend"]).status == 200) }
            #expect(try await client.get("/", headers: ["who": "foe"]).status == 403)
        }
    }

    @Test(arguments: Transport.allCases)
    func `the fields may have the draft's names, others or none`(over transport: Transport) async throws {
        try await app { $0.fields = .rateLimit }.test(over: transport) { client async throws in
            let reply = try await client.get("/")
            #expect(reply["RateLimit-Limit"] == "2")
            #expect(reply["RateLimit-Remaining"] == "1")
            #expect(reply["RateLimit-Reset"] == "60")
            #expect(reply["X-RateLimit-Limit"] == nil)
        }
        try await app { $0.fields = nil }.test(over: transport) { client async throws in
            let reply = try await client.get("/")
            #expect(!reply.headers.contains { $0.name.lowercased().contains("ratelimit") })
        }
    }

    @Test(arguments: Transport.allCases)
    func `the refusal goes through the error shaper`(over transport: Transport) async throws {
        let app = try app { options in
            options.limit = 1
            options.message = "slowly"
        }
        app.shapeErrors(with: ErrorShaping.problem())
        try await app.test(over: transport) { client async throws in
            _ = try await client.get("/")
            let problem = try await client.get("/").json()
            #expect(problem["status"] == 429)
            #expect(problem["detail"] == "slowly")
            #expect(problem["reason"] == "rate_limited")
        }
    }

    @Test(arguments: Transport.allCases)
    func `koa 4.25 when the store fails the request passes or is refused, as the policy says`(over transport: Transport)
        async throws
    {
        try await app { $0.store = BrokenStore() }.test(over: transport) { client async throws in
            let reply = try await client.get("/")
            #expect(reply.text == "ok")
            #expect(reply["X-RateLimit-Limit"] == nil)
        }
        let refusing = try app { options in
            options.store = BrokenStore()
            options.outagePolicy = .refuse
        }
        refusing.shapeErrors(with: ErrorShaping.envelope())
        try await refusing.test(over: transport) { client async throws in
            let reply = try await client.get("/")
            #expect(reply.status == 503)
            #expect(
                try reply.json() == [
                    "code": 503, "message": "Service Unavailable", "reason": "rate_limit_unavailable",
                ])
        }
    }

    @Test func `an outage is logged once when it begins and once when it ends`() async throws {
        let (store, log) = (ShakyStore(), InMemoryLogHandler())
        let app = try app { $0.store = store }
        app.logger = Logger(label: "test") { _ in log }
        try await app.test { client in
            for _ in 0..<3 { _ = try await client.get("/") }
            store.isDown.withLock { $0 = false }
            for _ in 0..<2 { _ = try await client.get("/") }
        }
        #expect(log.entries.map(\.level) == [.warning, .notice])
    }

    @Test func `a request that is cancelled while the store is asked does not pass`() async throws {
        try await app { $0.store = BrokenStore(error: CancellationError()) }.test { client async throws in
            #expect(try await client.get("/").status == 500)
        }
    }

    @Test(arguments: Transport.allCases)
    func `of requests at once no more than the limit pass`(over transport: Transport) async throws {
        try await app { $0.limit = 10 }.test(over: transport) { client async throws in
            let passed = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await client.get("/").status } }
                return try await group.reduce(into: 0) { $0 += $1 == 200 ? 1 : 0 }
            }
            #expect(passed == 10)
        }
    }

    @Test(arguments: [(0, Duration.seconds(1)), (1, .zero)])
    func `a limit that lets nothing pass is refused at setup`(limit: Int, window: Duration) {
        var options = RateLimit.Options()
        options.limit = limit
        options.window = window
        #expect(throws: InvalidOptions.self) { _ = try RateLimit(options) }
    }
}

import KoaKit
import KoaTesting
import Metrics
import MetricsTestKit
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RequestMetricsTests {
    private let metrics = TestMetrics()
    private let clock = ManualClock()

    private func app(_ change: (inout RequestMetrics.Options) -> Void = { _ in }) -> Application {
        var options = RequestMetrics.Options()
        options.factory = metrics
        options.now = { [clock] in clock.now }
        change(&options)
        let app = Application.quiet()
        app.use(RequestMetrics(options))
        let router = Router()
        let (clock, metrics) = (clock, metrics)
        router.get("/users/:id") { ctx, _ in
            clock.advance(by: .milliseconds(3))
            let inFlight = try? metrics.expectMeter("http.server.active_requests").lastValue
            ctx.body = .text("\(inFlight ?? -1)")
        }
        router.get("/conflict") { _, _ in throw HTTPError(409) }
        router.get("/fault") { _, _ in throw Timeless() }
        router.get("/left") { _, _ in throw CancellationError() }
        router.get("/status/:code") { ctx, _ in ctx.status = Int(ctx.params["code"] ?? "") ?? 500 }
        app.use(router.routes())
        return app
    }

    private struct Timeless: Error {}

    private func dimensions(_ method: String, _ route: String, _ status: Int) -> [(String, String)] {
        [("http.request.method", method), ("http.route", route), ("http.response.status_code", "\(status)")]
    }

    private func count(_ method: String, _ route: String, _ status: Int) -> Int64? {
        try? metrics.expectCounter("http.server.requests", dimensions(method, route, status)).totalValue
    }

    @Test(arguments: Transport.allCases)
    func `koa 4.22 requests are counted and timed by method, route pattern and status`(over transport: Transport)
        async throws
    {
        try await app().test(over: transport) { client async throws in
            for id in 1...3 { _ = try await client.get("/users/\(id)?q=\(id)") }
            _ = try await client.head("/users/4")
        }
        #expect(count("GET", "/users/:id", 200) == 3)
        #expect(count("HEAD", "/users/:id", 200) == 1)
        #expect(metrics.counters.count == 2)
        let timer = try metrics.expectTimer("http.server.request.duration", dimensions("GET", "/users/:id", 200))
        #expect(timer.values == [3_000_000, 3_000_000, 3_000_000])
    }

    @Test(arguments: Transport.allCases)
    func `requests in flight are told while they run, failures included`(over transport: Transport) async throws {
        try await app().test(over: transport) { client async throws in
            #expect(try await client.get("/users/1").text == "1.0")
            _ = try await client.get("/fault")
            #expect(try await client.get("/users/1").text == "1.0")
        }
        #expect(try metrics.expectMeter("http.server.active_requests").lastValue == 0)
    }

    @Test(arguments: Transport.allCases)
    func `what throws downstream is recorded with the status of the error`(over transport: Transport) async throws {
        try await app().test(over: transport) { client async throws in
            for path in ["/conflict", "/fault", "/left"] { _ = try await client.get(path) }
        }
        #expect(count("GET", "/conflict", 409) == 1)
        #expect(count("GET", "/fault", 500) == 1)
        #expect(count("GET", "/left", 499) == 1)
    }

    @Test func `koa 4.22 paths without a route and methods of a client's own share a label`() async throws {
        try await app().test { client async throws in
            for path in ["/a", "/b", "/c"] { _ = try await client.get(path) }
            for method in ["BREW", "WHEN"] { _ = try await client.request(HTTPMethod(rawValue: method), "/a") }
        }
        #expect(count("GET", "unmatched", 404) == 3)
        #expect(count("_OTHER", "unmatched", 404) == 2)
        #expect(metrics.counters.count == 2)
    }

    @Test func `koa 4.22 beyond the bound, further combinations are recorded together`() async throws {
        try await app { $0.maximumSeries = 2 }.test { client async throws in
            for code in [200, 201, 202, 203, 404, 200, 201] { _ = try await client.get("/status/\(code)") }
        }
        #expect(count("GET", "/status/:code", 200) == 2)
        #expect(count("GET", "/status/:code", 201) == 2)
        #expect(count("_OTHER", "overflow", 200) == 2)
        #expect(count("_OTHER", "overflow", 400) == 1)
        #expect(metrics.counters.count == 4)
    }

    @Test func `excluded paths are not recorded, and an application's own statuses are`() async throws {
        let app = app { options in
            options.excludedPaths = ["/users/1"]
            options.statusOfError = { _ in 200 }
        }
        try await app.test { client async throws in
            _ = try await client.get("/users/1")
            _ = try await client.get("/conflict")
        }
        #expect(count("GET", "/users/:id", 200) == nil)
        #expect(count("GET", "/conflict", 200) == 1)
    }

    @Test func `requests at once are all counted`() async throws {
        try await app().test { client async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<200 { group.addTask { _ = try await client.get("/users/\(index)") } }
                try await group.waitForAll()
            }
        }
        #expect(count("GET", "/users/:id", 200) == 200)
        #expect(try metrics.expectMeter("http.server.active_requests").lastValue == 0)
    }

    @Test func `an application of many routes has each counted by itself`() async throws {
        var options = RequestMetrics.Options()
        options.factory = metrics
        let app = Application.quiet()
        app.use(RequestMetrics(options))
        let router = Router()
        for number in 0..<300 { router.get("/route\(number)") { ctx, _ in ctx.status = 200 + number % 2 } }
        app.use(router.routes())
        try await app.test { client async throws in
            for _ in 0..<3 {
                for number in 0..<300 { _ = try await client.get("/route\(number)") }
            }
        }
        for number in 0..<300 { #expect(count("GET", "/route\(number)", 200 + number % 2) == 3) }
    }
}

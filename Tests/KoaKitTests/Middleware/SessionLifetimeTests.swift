import InMemoryLogging
import KoaKit
import KoaTesting
import Logging
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SessionLifetimeTests {
    private let clock = ManualClock()

    private func app(_ change: (inout Sessions.Options) -> Void = { _ in }) -> Application {
        var options = Sessions.Options()
        options.timeToLive = .seconds(100)
        change(&options)
        let app = Application.quiet()
        app.use(Sessions(in: MemorySessionStore(now: { [clock] in clock.now }), options: options))
        app.use { ctx, _ in
            if ctx.path == "/visit" { try ctx.session[Visits.self] = (try ctx.session[Visits.self] ?? 0) + 1 }
            ctx.body = .text("\(try ctx.session[Visits.self] ?? 0)")
        }
        return app
    }

    @Test(arguments: Transport.allCases)
    func `a session is over when its time has passed since the last change`(over transport: Transport) async throws {
        let log = InMemoryLogHandler()
        let app = app()
        app.logger = Logger(label: "test") { _ in log }
        app.logger.logLevel = .debug
        try await app.test(over: transport) { client async throws in
            let visitor = Visitor(client)
            try await visitor.get("/visit")
            clock.advance(by: .seconds(99))
            #expect(try await visitor.get("/visit").text == "2")
            clock.advance(by: .seconds(99))
            #expect(try await visitor.get("/").text == "2")
            clock.advance(by: .seconds(1))
            #expect(try await visitor.get("/").text == "0")
            #expect(try await visitor.get("/").text == "0")
        }
        #expect(log.entries.map { "\($0.message)" } == ["session expired", "session missed"])
    }

    @Test(arguments: Transport.allCases)
    func `rolling makes every request prolong the session`(over transport: Transport) async throws {
        try await app { $0.isRolling = true }.test(over: transport) { client async throws in
            let visitor = Visitor(client)
            #expect(try await visitor.get("/")["set-cookie"] == nil)
            try await visitor.get("/visit")
            for _ in 0..<3 {
                clock.advance(by: .seconds(99))
                let reply = try await visitor.get("/")
                #expect(reply.text == "1")
                #expect(Visitor.line(of: reply) != nil)
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `renewing prolongs the session only past half of its time`(over transport: Transport) async throws {
        try await app { $0.isRenewing = true }.test(over: transport) { client async throws in
            let visitor = Visitor(client)
            try await visitor.get("/visit")
            clock.advance(by: .seconds(50))
            #expect(try await visitor.get("/")["set-cookie"] == nil)
            clock.advance(by: .seconds(1))
            #expect(Visitor.line(of: try await visitor.get("/")) != nil)
            clock.advance(by: .seconds(99))
            #expect(try await visitor.get("/").text == "1")
        }
    }

    @Test func `a full store drops what is over, then what would be over soonest`() async throws {
        let store = MemorySessionStore(capacity: 3, now: { [clock] in clock.now })
        func set(_ key: String, seconds: Int) async -> Bool {
            let record = SessionRecord(version: 1, content: "{}")
            return await store.set(record, for: key, over: nil, timeToLive: .seconds(seconds))
        }
        for (key, seconds) in [("over", 1), ("short", 10), ("long", 30)] {
            #expect(await set(key, seconds: seconds))
        }
        clock.advance(by: .seconds(2))
        #expect(await set("fourth", seconds: 20))
        #expect(await store.get("over") == nil)
        #expect(await set("fifth", seconds: 20))
        #expect(store.count == 3)
        #expect(await store.get("short") == nil)
        for key in ["long", "fourth", "fifth"] { #expect(await store.get(key) != nil) }
    }

    @Test func `the store takes a record only over the version that it has`() async throws {
        let store = MemorySessionStore(now: { [clock] in clock.now })
        func set(_ version: Int, over old: Int?) async -> Bool {
            let record = SessionRecord(version: version, content: "{}")
            return await store.set(record, for: "key", over: old, timeToLive: .seconds(10))
        }
        #expect(await !set(2, over: 1))
        #expect(await set(1, over: nil))
        #expect(await !set(1, over: nil))
        #expect(await set(2, over: 1))
        #expect(await !set(2, over: 1))
        #expect(await store.get("key")?.record.version == 2)
        clock.advance(by: .seconds(10))
        #expect(await !store.touch("key", timeToLive: .seconds(10)))
        #expect(await !set(3, over: 2))
        #expect(await set(1, over: nil))
        await store.destroy("key")
        #expect(await !store.touch("key", timeToLive: .seconds(10)))
    }
}

import KoaKit
import KoaTesting
import Testing

/// Two requests of one session at once, and a store that does not answer.
@Suite(.timeLimit(.minutes(1)))
struct SessionConcurrencyTests {
    private let store = ObservedSessionStore()
    private let arrived = Event()
    private let goOn = Event()

    /// `/slow/…` waits between reading the session and changing it.
    private func app() -> Application {
        let app = Application.quiet()
        app.use(Sessions(in: store))
        app.use { ctx, _ in
            let session = try ctx.session
            if ctx.path.hasPrefix("/slow") {
                arrived.fire()
                await goOn.wait()
            }
            if ctx.path.hasSuffix("/visits") { session[Visits.self] = ctx.path.hasPrefix("/slow") ? 1 : 2 }
            if ctx.path.hasSuffix("/cart") { session[Cart.self] = Cart.Value(items: ["tea"]) }
            if ctx.path.hasSuffix("/logout") { session.destroy() }
            if ctx.path.hasSuffix("/login") { session.regenerate() }
            ctx.body = .text("\(session[Visits.self] ?? 0) \(session[Cart.self]?.items ?? [])")
        }
        return app
    }

    /// Runs `slow` up to its change, then `fast` from beginning to end, then the rest of `slow`.
    private func race(_ slow: String, against fast: String, over transport: Transport) async throws -> String {
        try await app().test(over: transport) { client async throws in
            let visitor = Visitor(client)
            try await visitor.get("/visits")
            let identifier = visitor.identifier
            let late = Visitor(client, identifier: identifier)
            async let slowly = late.get(slow)
            await arrived.wait()
            try await visitor.get(fast)
            goOn.fire()
            let reply = try await slowly
            #expect(reply.status == 200)
            return try await Visitor(client, identifier: identifier).get("/").text
        }
    }

    @Test(arguments: Transport.allCases)
    func `requests at once do not undo each other's changes`(over transport: Transport) async throws {
        #expect(try await race("/slow/visits", against: "/cart", over: transport) == #"1 ["tea"]"#)
    }

    @Test(arguments: Transport.allCases)
    func `of two that change one value the last one wins`(over transport: Transport) async throws {
        #expect(try await race("/slow/visits", against: "/visits", over: transport) == "1 []")
    }

    @Test(arguments: Transport.allCases)
    func `a late change does not bring back a session that ended`(over transport: Transport) async throws {
        #expect(try await race("/slow/visits", against: "/logout", over: transport) == "0 []")
        #expect(store.count == 0)
    }

    @Test(arguments: Transport.allCases)
    func `a late change does not bring back an identifier that was given up`(over transport: Transport) async throws {
        #expect(try await race("/slow/cart", against: "/login", over: transport) == "0 []")
        #expect(store.count == 1)
    }

    @Test(arguments: Transport.allCases)
    func `regenerating does not bring back the values of a session that ended`(over transport: Transport) async throws {
        #expect(try await race("/slow/login", against: "/logout", over: transport) == "0 []")
        #expect(store.count == 0)
    }

    @Test(arguments: Transport.allCases)
    func `a store that cannot be read is a 503 before the handler runs`(over transport: Transport) async throws {
        try await app().test(over: transport) { client async throws in
            let visitor = Visitor(client)
            try await visitor.get("/visits")
            store.fail(at: ["get"])
            let reply = try await visitor.get("/logout")
            #expect(reply.status == 503)
            #expect(reply.text == "Service Unavailable")
            store.fail(at: [])
            #expect(try await visitor.get("/").text == "2 []")
        }
    }

    @Test(arguments: ["set", "destroy"], Transport.allCases)
    func `a store that cannot be written is a 503 without the handler's reply`(call: String, over transport: Transport)
        async throws
    {
        try await app().test(over: transport) { client async throws in
            let visitor = Visitor(client)
            if call == "destroy" { try await visitor.get("/visits") }
            store.fail(at: [call])
            let reply = try await visitor.get(call == "set" ? "/visits" : "/logout")
            #expect(reply.status == 503)
            #expect(reply["set-cookie"] == nil)
        }
    }
}

import InMemoryLogging
import KoaKit
import KoaTesting
import Logging
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SessionsTests {
    private let store = ObservedSessionStore()

    /// Each path does one thing to the session and answers how many visits it knows.
    private func app(_ options: Sessions.Options = .init(), in store: any SessionStore) -> Application {
        let app = Application.quiet()
        app.use(Sessions(in: store, options: options))
        app.use { ctx, _ in
            let session = try ctx.session
            switch ctx.path {
            case "/visit": session[Visits.self] = (session[Visits.self] ?? 0) + 1
            case "/same": session[Visits.self] = session[Visits.self]
            case "/forget": session[Visits.self] = nil
            case "/fail":
                session[Visits.self] = 100
                throw HTTPError(418, headers: ["X-Tea": "pot"])
            case "/login":
                session.regenerate()
                session[Visits.self] = (session[Visits.self] ?? 0) + 1
            case "/regenerate": session.regenerate()
            case "/logout": session.destroy()
            case "/restart":
                session.destroy()
                session[Cart.self] = Cart.Value(items: ["new"])
            default: break
            }
            ctx.body = .text("\(session[Visits.self] ?? 0) \(session.isNew ? "new" : "old")")
        }
        return app
    }

    @Test(arguments: Transport.allCases)
    func `a visitor of whom nothing is kept gets no cookie, and the store is not asked`(over transport: Transport)
        async throws
    {
        try await app(in: store).test(over: transport) { client async throws in
            for path in ["/", "/forget", "/regenerate", "/logout"] {
                #expect(try await client.get(path)["set-cookie"] == nil)
            }
        }
        #expect(store.calls.all.isEmpty)
    }

    @Test(arguments: Transport.allCases)
    func `what one request sets the next one reads`(over transport: Transport) async throws {
        try await app(in: store).test(over: transport) { client async throws in
            let visitor = Visitor(client)
            #expect(try await visitor.get("/visit").text == "1 new")
            #expect(try await visitor.get("/visit").text == "2 old")
            #expect(try await visitor.get("/").text == "2 old")
            #expect(try await Visitor(client).get("/").text == "0 new")
            #expect(try await visitor.get("/forget").text == "0 old")
            #expect(try await visitor.get("/").text == "0 old")
        }
    }

    @Test(arguments: Transport.allCases)
    func `the cookie holds a random identifier for a day, hidden from scripts, lax, and secure outside development`(
        over transport: Transport
    ) async throws {
        let app = app(in: store)
        app.settings.environment = .production
        app.settings.keys = [CookieKey("0123456789abcdef0123456789abcdef")]
        try await app.test(over: transport) { client async throws in
            let reply = try await client.get("/visit")
            #expect(reply.headers["set-cookie"].count == 1)
            let line = try #require(Visitor.line(of: reply))
            #expect(line.wholeMatch(of: /koa\.sess=[A-Za-z0-9_-]{43}; .*/) != nil)
            let attributes = Set(line.lowercased().split(separator: "; ").dropFirst().map(String.init))
            #expect(attributes.isSuperset(of: ["path=/", "samesite=lax", "secure", "httponly"]))
            #expect(attributes.contains { $0.hasPrefix("expires=") })
            #expect(Visitor.line(of: try await client.get("/visit"))?.prefix(52) != line.prefix(52))
        }
    }

    @Test(arguments: Transport.allCases)
    func `name and attributes of the cookie are options, a signature too`(over transport: Transport) async throws {
        var options = Sessions.Options()
        options.cookieName = "sid"
        options.cookie.path = "/api"
        options.cookie.sameSite = .strict
        options.cookie.isSigned = true
        let app = app(options, in: store)
        app.settings.keys = [CookieKey("0123456789abcdef0123456789abcdef")]
        try await app.test(over: transport) { client async throws in
            let lines = try await client.get("/visit").headers["set-cookie"]
            let cookies = lines.map { String($0.prefix { $0 != ";" }) }
            #expect(cookies.map { $0.prefix { $0 != "=" } } == ["sid", "sid.sig"])
            #expect(lines.allSatisfy { $0.lowercased().contains("path=/api; ") })
            #expect(lines.allSatisfy { $0.lowercased().contains("samesite=strict") })
            let signed = try await client.get("/", headers: ["Cookie": cookies.joined(separator: "; ")])
            #expect(signed.text == "1 old")
            #expect(try await client.get("/", headers: ["Cookie": cookies[0]]).text == "0 new")
        }
    }

    @Test(
        arguments: [
            "fixed", String(repeating: "A", count: 43), String(repeating: "!", count: 43),
            String(repeating: "A", count: 4_000), "../../etc", "\"\"",
        ], Transport.allCases)
    func `an identifier that was not given out is never taken`(identifier: String, over transport: Transport)
        async throws
    {
        try await app(in: store).test(over: transport) { client async throws in
            let visitor = Visitor(client, identifier: identifier)
            #expect(try await visitor.get("/visit").text == "1 new")
            #expect(visitor.identifier != identifier)
            #expect(try await Visitor(client, identifier: identifier).get("/").text == "0 new")
        }
    }

    @Test(arguments: Transport.allCases)
    func `a session is stored only when it changed`(over transport: Transport) async throws {
        try await app(in: store).test(over: transport) { client async throws in
            let visitor = Visitor(client)
            try await visitor.get("/visit")
            for path in ["/", "/same"] { #expect(try await visitor.get(path)["set-cookie"] == nil) }
            #expect(Visitor.line(of: try await visitor.get("/visit")) != nil)
        }
        #expect(store.calls.all == ["set", "get", "get", "get", "set"])
    }

    @Test(arguments: Transport.allCases)
    func `what was set before an error is stored, and the cookie stands in the error reply`(over transport: Transport)
        async throws
    {
        try await app(in: store).test(over: transport) { client async throws in
            let visitor = Visitor(client)
            let reply = try await visitor.get("/fail")
            #expect(reply.status == 418)
            #expect(reply["x-tea"] == "pot")
            #expect(try await visitor.get("/").text == "100 old")
        }
    }

    @Test(arguments: Transport.allCases)
    func `regenerate keeps the values under another identifier and forgets the old one`(over transport: Transport)
        async throws
    {
        try await app(in: store).test(over: transport) { client async throws in
            let visitor = Visitor(client)
            try await visitor.get("/visit")
            let planted = visitor.identifier
            #expect(try await visitor.get("/login").text == "2 old")
            #expect(visitor.identifier != planted)
            #expect(try await visitor.get("/").text == "2 old")
            #expect(try await Visitor(client, identifier: planted).get("/").text == "0 new")
            #expect(store.count == 1)
        }
    }

    @Test(arguments: Transport.allCases)
    func `destroy removes the values and expires the cookie`(over transport: Transport) async throws {
        try await app(in: store).test(over: transport) { client async throws in
            let visitor = Visitor(client)
            try await visitor.get("/visit")
            let identifier = visitor.identifier
            let reply = try await visitor.get("/logout")
            #expect(reply.text == "0 old")
            #expect(Visitor.line(of: reply)?.hasPrefix("koa.sess=; ") == true)
            #expect(Visitor.line(of: reply)?.contains("; expires=") == true)
            #expect(try await Visitor(client, identifier: identifier).get("/").text == "0 new")
            #expect(store.count == 0)
            // A cookie of no session is expired too.
            let late = try await Visitor(client, identifier: identifier).get("/logout")
            #expect(Visitor.line(of: late)?.hasPrefix("koa.sess=; ") == true)
        }
    }

    @Test(arguments: Transport.allCases)
    func `values set after destroy start another session`(over transport: Transport) async throws {
        try await app(in: store).test(over: transport) { client async throws in
            let visitor = Visitor(client)
            try await visitor.get("/visit")
            let identifier = visitor.identifier
            #expect(try await visitor.get("/restart").text == "0 old")
            #expect(visitor.identifier != nil)
            #expect(visitor.identifier != identifier)
            #expect(try await visitor.get("/").text == "0 old")
            #expect(store.count == 1)
        }
    }

    @Test func `values of any Codable type come back as they were, and as nil where the type changed`() async throws {
        let cart = Cart.Value(items: ["tea", "\u{1F375}"], note: nil)
        let app = Application.quiet()
        app.use(Sessions(in: store))
        app.use { ctx, _ in
            if ctx.path == "/set" {
                try ctx.session[Cart.self] = cart
                #expect(try ctx.session[Cart.self] == cart)
            } else {
                #expect(try ctx.session[Cart.self] == cart)
                #expect(try ctx.session[OldCart.self] == nil)
            }
            ctx.body = .empty
        }
        try await app.test { client async throws in
            let visitor = Visitor(client)
            #expect(try await visitor.get("/set").status == 204)
            #expect(try await visitor.get("/").status == 204)
        }
    }

    @Test func `a session without its middleware is a 500, and two of them are one`() async throws {
        let bare = Application.quiet()
        bare.use { ctx, _ in ctx.body = .text("\(try ctx.session.isNew)") }
        try await bare.test { client async throws in #expect(try await client.get("/").status == 500) }

        let twice = Application.quiet()
        twice.use(Sessions(in: store))
        twice.use { ctx, next in
            try ctx.session[Visits.self] = 1
            try await next()
        }
        twice.use(Sessions(in: store))
        twice.use { ctx, _ in
            #expect(try ctx.session[Visits.self] == 1)
            try ctx.session[Visits.self] = 2
            ctx.body = .empty
        }
        try await twice.test { client async throws in
            #expect(try await client.get("/").headers["set-cookie"].count == 1)
        }
        #expect(store.calls.all == ["set"])
    }

    @Test func `what cannot be stored is a 500, and what was stored stays`() async throws {
        var options = Sessions.Options()
        options.maximumSize = 64
        let app = Application.quiet()
        app.use(Sessions(in: store, options: options))
        app.use { ctx, _ in
            switch ctx.path {
            case "/large": try ctx.session[OldCart.self] = String(repeating: "x", count: 65)
            case "/fits": try ctx.session[Visits.self] = 1
            default: break
            }
            ctx.body = .text("\(try ctx.session[Visits.self] ?? 0)")
        }
        try await app.test { client async throws in
            let visitor = Visitor(client)
            #expect(try await visitor.get("/large").status == 500)
            #expect(visitor.identifier == nil)
            try await visitor.get("/fits")
            #expect(try await visitor.get("/large").status == 500)
            #expect(try await visitor.get("/").text == "1")
        }
    }

    @Test func `neither the store nor a log line gets the identifier`() async throws {
        let log = InMemoryLogHandler()
        let app = app(in: store)
        app.logger = Logger(label: "test") { _ in log }
        app.logger.logLevel = .trace
        var identifiers: [String] = ["not-an-identifier"]
        try await app.test { client async throws in
            let visitor = Visitor(client)
            try await visitor.get("/visit")
            identifiers.append(try #require(visitor.identifier))
            try await visitor.get("/login")
            identifiers.append(try #require(visitor.identifier))
            for identifier in identifiers { try await Visitor(client, identifier: identifier).get("/") }
            try await visitor.get("/logout")
        }
        let lines = log.entries.map { "\($0.message) \($0.metadata)" }
        #expect(log.entries.map { "\($0.message)" } == ["session invalid", "session missed"])
        #expect(log.entries.allSatisfy { $0.level == .debug })
        for identifier in identifiers {
            #expect(!lines.contains { $0.contains(identifier) })
            #expect(!store.keys.all.contains(identifier))
        }
    }
}

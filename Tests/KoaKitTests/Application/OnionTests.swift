import KoaKit
import KoaTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct OnionTests {
    /// Middleware that note their way in and out.
    private func tracing(_ names: [String], _ trace: Trace) -> [any Middleware] {
        names.map { TracingMiddleware(name: $0, trace: trace) }
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.1 what follows next runs in reverse order`(over transport: Transport) async throws {
        let trace = Trace()
        let app = Application.quiet()
        for middleware in tracing(["a", "b", "c"], trace) { app.use(middleware) }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == 404)
            #expect(reply.text == "Not Found")
        }
        #expect(trace.all == ["a in", "b in", "c in", "c out", "b out", "a out"])
    }

    @Test func `koa 1.2 what follows next sees the final status and body`() async throws {
        let app = Application.quiet()
        app.use { ctx, next in
            try await next()
            #expect(ctx.status == 201)
            guard case .text("made") = ctx.body else { return #expect(Bool(false)) }
            ctx.set("X-Seen", "\(ctx.status)")
        }
        app.use { ctx, _ in
            await Task.yield()
            ctx.status = 201
            ctx.body = .text("made")
        }
        try await app.test { client async throws in #expect(try await client.get("/")["x-seen"] == "201") }
    }

    @Test func `koa 1.3 a middleware that does not call next ends the descent and the earlier ones unwind`()
        async throws
    {
        let trace = Trace()
        let app = Application.quiet()
        app.use(TracingMiddleware(name: "a", trace: trace))
        app.use { ctx, _ in ctx.body = .text("here") }
        app.use(TracingMiddleware(name: "c", trace: trace))
        try await app.test { client async throws in #expect(try await client.get("/").text == "here") }
        #expect(trace.all == ["a in", "a out"])
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.4, 1.36 no middleware at all answers 404`(over transport: Transport) async throws {
        try await Application.quiet().test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == 404)
            #expect(reply.text == "Not Found")
            #expect(reply["content-type"] == "text/plain; charset=utf-8")
            #expect(reply["content-length"] == "9")
        }
    }

    @Test(arguments: Transport.allCases, [true, false])
    func `koa 1.5, 1.13 a second call of next is an error with a generic reply`(
        over transport: Transport, isFirstDone: Bool
    )
        async throws
    {
        let (trace, observed) = (Trace(), Trace())
        let app = Application.quiet()
        app.onError { error, _ in observed.add(HTTPError(error).message) }
        app.use { _, next in
            if !isFirstDone { try? await next() } else { try await next() }
            try await next()
        }
        app.use { ctx, _ in
            trace.add("ran")
            ctx.body = .text("secret")
        }
        try await app.test(over: transport) { client in
            let reply = try await client.get("/")
            #expect(reply.status == 500)
            #expect(reply.text == "Internal Server Error")
        }
        #expect(trace.all == ["ran"])
        #expect(observed.all == ["next() called multiple times"])
    }

    @Test func `koa 1.7 an error travels outwards and whoever catches it decides the reply`() async throws {
        let observed = Trace()
        let app = Application.quiet()
        app.onError { error, _ in observed.add("\(error)") }
        app.use { ctx, next in
            do { try await next() } catch is Failure { ctx.body = .text("recovered") }
        }
        app.use { _, next in try await next() }
        app.use { _, _ in throw Failure() }
        try await app.test { client in
            let reply = try await client.get("/")
            #expect(reply.status == 200)
            #expect(reply.text == "recovered")
        }
        #expect(observed.all.isEmpty)
    }

    @Test func `koa 1.4, 1.9 a composition is itself middleware and runs next after its last element`() async throws {
        let trace = Trace()
        let inner = compose(tracing(["b", "c"], trace))
        let app = Application.quiet()
        app.use(compose(tracing(["a"], trace) + [inner, compose([])]))
        app.use { ctx, next in
            trace.add("last")
            ctx.body = .text("")
            try await next()
        }
        try await app.test { client async throws in #expect(try await client.get("/").status == 200) }
        #expect(trace.all == ["a in", "b in", "c in", "last", "c out", "b out", "a out"])
    }

    @Test func `koa 1.10, 1.18, 4.4 one composition serves concurrent requests, each with its own context`()
        async throws
    {
        let app = Application.quiet()
        app.use { ctx, next in
            ctx.state[Mark.self] = ctx.path
            try await next()
            #expect(ctx.state[Mark.self] == ctx.path)
        }
        app.use { ctx, _ in
            for _ in 0..<5 { await Task.yield() }
            ctx.body = .text(ctx.state[Mark.self] ?? "")
        }
        try await app.test(over: .socket) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<100 {
                    group.addTask { () async throws in #expect(try await client.get("/\(index)").text == "/\(index)") }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `koa 1.11 use returns the application for chaining`() async throws {
        let app = Application.quiet()
            .use { ctx, next in
                try await next()
                ctx.set("X-Seen", "1")
            }
            .use { ctx, _ in ctx.body = .text("a") }
        try await app.test { client async throws in #expect(try await client.get("/")["x-seen"] == "1") }
    }

    @Test(arguments: ["use", "onError", "onAbort", "shapeErrors"])
    func `koa 1.12 registering after the start traps`(how: String) async {
        let end = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [how] in
            let app = Application.quiet()
            try await app.test { _ in
                switch how {
                case "use": app.use { _, _ in }
                case "onError": app.onError { _, _ in }
                case "onAbort": app.onAbort { _ in }
                default: app.shapeErrors { _, _ in }
                }
            }
        }
        #expect(end.trapped(saying: "the application serves already"))
    }
}

private enum Mark: StateKey { typealias Value = String }

private struct Failure: Error {}

private struct TracingMiddleware: Middleware {
    let name: String
    let trace: Trace

    func handle(_ context: Context, next: Next) async throws {
        trace.add("\(name) in")
        try await next()
        trace.add("\(name) out")
    }
}

import KoaKit
import KoaTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CurrentContextTests {
    private func application() -> Application {
        let app = Application.quiet()
        app.settings.keepsCurrentContext = true
        return app
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.17 the current context is that of the request, under concurrency and after a wait`(
        over transport: Transport
    ) async throws {
        let app = application()
        app.use { ctx, _ in
            let isSame = Context.withCurrent { [id = ObjectIdentifier(ctx)] in ObjectIdentifier($0) == id }
            #expect(isSame == true)
            for _ in 0..<5 { await Task.yield() }
            let path = Context.withCurrent { $0.path }
            Context.withCurrent { $0.set("X-Seen", "1") }
            ctx.body = .text(path ?? "none")
        }
        try await app.test(over: transport) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<20 {
                    group.addTask { () async throws in
                        let reply = try await client.get("/\(index)")
                        #expect(reply.text == "/\(index)")
                        #expect(reply["x-seen"] == "1")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `koa 1.17 it is found in observers of errors`() async throws {
        let trace = Trace()
        let app = application()
        app.onError { _, _ in trace.add(Context.withCurrent { $0.path } ?? "none") }
        app.use { _, _ in throw HTTPError(500) }
        try await app.test { client in _ = try await client.get("/a") }
        #expect(trace.all == ["/a"])
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.17 it is found downstream of a Timeout, which runs that in a child task`(over transport: Transport)
        async throws
    {
        let app = application()
        app.use(Timeout())
        app.use { ctx, _ in
            await Task.yield()
            ctx.body = .text(Context.withCurrent { $0.path } ?? "none")
        }
        try await app.test(over: transport) { client async throws in #expect(try await client.get("/a").text == "/a") }
    }

    @Test func `koa 1.17, 4.16 there is none outside a request or when it was not asked for`() async throws {
        #expect(Context.withCurrent { $0.path } == nil)
        #expect(try await ask { _ in "\(Context.withCurrent { $0.path } == nil)" } == "true")
    }

    @Test func `a task that a handler starts has none, since a context belongs to one task`() async throws {
        let app = application()
        app.use { ctx, _ in
            async let child = Context.withCurrent { $0.path }
            let unstructured = Task { Context.withCurrent { $0.path } }
            let found = (await child, await unstructured.value)
            ctx.body = .text("\(found.0 ?? "none") \(found.1 ?? "none") \(Context.withCurrent { $0.path } ?? "none")")
        }
        try await app.test { client async throws in #expect(try await client.get("/a").text == "none none /a") }
    }
}

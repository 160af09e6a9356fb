import KoaKit
import KoaTesting
import NIOCore
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TimeoutTests {
    private let clock = ManualClock()

    private func timeout(status: Int = 503) -> Timeout {
        var options = Timeout.Options()
        options.limit = .seconds(2)
        options.status = status
        options.clock = clock
        return Timeout(options)
    }

    @Test(arguments: Transport.allCases, [503, 504])
    func `koa 4.9 work past its time is cancelled and answered for`(over transport: Transport, status: Int) async throws
    {
        let (never, cancelled, reasons) = (Event(), Event(), Trace())
        let app = Application.quiet()
        app.onError { error, _ in reasons.add(HTTPError(error).reason?.rawValue ?? "none") }
        app.use(timeout(status: status))
        app.use { ctx, _ in
            if await !never.wait() { cancelled.fire() }
            ctx.body = .text("too late")
        }
        try await app.test(over: transport) { client async throws in
            async let reply = client.get("/")
            await clock.fellAsleep.wait()
            clock.advance(by: .seconds(2))
            #expect(try await reply.status == status)
            #expect(await cancelled.wait())
        }
        #expect(reasons.all == ["handler_timeout"])
    }

    @Test(arguments: Transport.allCases)
    func `work within its time is left alone, and its timer ends with it`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use { ctx, next in
            try await next()
            #expect(clock.sleeperCount == 0)
        }
        app.use(timeout())
        app.use { ctx, _ in
            await clock.fellAsleep.wait()
            clock.advance(by: .milliseconds(1_999))
            if ctx.path == "/error" { throw HTTPError(409, "taken") }
            ctx.set("X-Set", "1")
            ctx.body = .text("in time")
        }
        try await app.test(over: transport) { client async throws in
            let reply = try await client.get("/")
            #expect(reply.status == 200)
            #expect(reply.text == "in time")
            #expect(reply["x-set"] == "1")
            let failure = try await client.get("/error")
            #expect(failure.status == 409)
            #expect(failure.text == "taken")
        }
    }

    @Test(arguments: Transport.allCases)
    func `a handler that does not wait is served without a word`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use(timeout())
        app.use { ctx, _ in ctx.body = .text("at once") }
        try await app.test(over: transport) { client async throws in
            for _ in 0..<8 { #expect(try await client.get("/").text == "at once") }
        }
    }

    @Test(arguments: Transport.allCases)
    func `the work reads its body and stays on its event loop`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use(timeout())
        app.use { ctx, _ in
            let body = try await ctx.request.bytes()
            await Task.yield()
            ctx.body = .text("\(String(buffer: body)) \(MultiThreadedEventLoopGroup.currentEventLoop != nil)")
        }
        try await app.test(over: transport) { client in
            let reply = try await client.post("/", body: .text("sent"))
            #expect(reply.text == "sent \(transport == .socket)")
        }
    }

    @Test(arguments: Transport.allCases)
    func `only the work downstream is cancelled, not the middleware upstream`(over transport: Transport) async throws {
        let never = Event()
        let app = Application.quiet()
        app.use { ctx, next in
            do { try await next() } catch {
                ctx.body = .text("\(HTTPError(error).status), cancelled: \(Task.isCancelled)")
            }
        }
        app.use(timeout())
        app.use { _, _ in await never.wait() }
        try await app.test(over: transport) { client async throws in
            async let reply = client.get("/")
            await clock.fellAsleep.wait()
            clock.advance(by: .seconds(2))
            #expect(try await reply.text == "503, cancelled: false")
        }
    }

    @Test(arguments: Transport.allCases)
    func `what came of the work after its time does not count`(over transport: Transport) async throws {
        let never = Event()
        let app = Application.quiet()
        app.use(timeout())
        app.use { _, _ in
            await never.wait()
            throw HTTPError(400, "cancelled")
        }
        try await app.test(over: transport) { client async throws in
            async let reply = client.get("/")
            await clock.fellAsleep.wait()
            clock.advance(by: .seconds(2))
            #expect(try await reply.status == 503)
        }
    }

    @Test func `work that ignores its cancellation is answered for by the engine`() async throws {
        let (gate, done) = (Event(), Event())
        let app = Application.quiet()
        app.limits.request = .milliseconds(100)
        app.use { _, next in
            do { try await next() } catch { done.fire() }
        }
        app.use(timeout())
        app.use { _, _ in
            // Waits in a task that is not cancelled with the request's.
            _ = await Task.detached { await gate.wait() }.value
        }
        try await app.test(over: .socket) { client async throws in
            async let reply = client.get("/")
            await clock.fellAsleep.wait()
            clock.advance(by: .seconds(2))
            #expect(try await reply.status == 503)
            gate.fire()
            #expect(await done.wait())
        }
    }

    @Test func `a client that leaves cancels the work downstream`() async throws {
        let (started, never, cancelled) = (Event(), Event(), Event())
        let app = Application.quiet()
        app.use(timeout())
        app.use { _, _ in
            started.fire()
            if await !never.wait() { cancelled.fire() }
        }
        try await app.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await started.wait()
            try await connection.reset()
            #expect(await cancelled.wait())
        }
    }
}

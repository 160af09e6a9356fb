import InMemoryLogging
import InMemoryTracing
import KoaKit
import KoaTesting
import Logging
import Metrics
import MetricsTestKit
import Testing
import Tracing

/// What logs, metrics and spans say of a request that the engine ended is what its client was told.
@Suite(.timeLimit(.minutes(1)))
struct ImposedErrorTests {
    private let log = InMemoryLogHandler()
    private let metrics = TestMetrics()
    private let tracer = InMemoryTracer()

    private func app(_ handle: @escaping @Sendable (Context) async throws -> Void) -> Application {
        var logger = Logger(label: "test") { [log] _ in log }
        logger.logLevel = .debug
        var series = RequestMetrics.Options()
        series.factory = metrics
        var spans = RequestTracing.Options()
        spans.tracer = tracer
        let app = Application(logger: logger)
        app.limits.handler = .milliseconds(100)
        app.limits.body = .milliseconds(100)
        app.onError { _, _ in }
        app.use(AccessLog(.init(statusOfError: { ($0 as? HTTPError)?.status ?? 499 })))
        app.use(RequestMetrics(series))
        app.use(RequestTracing(spans))
        app.use { ctx, _ in try await handle(ctx) }
        return app
    }

    private func expectObserved(_ status: Int) throws {
        let entries = log.entries.filter { $0.message == "request answered" }
        #expect(entries.map { $0.metadata["status"] } == ["\(status)"])
        _ = try metrics.expectCounter(
            "http.server.requests",
            [
                ("http.request.method", "GET"), ("http.route", "unmatched"),
                ("http.response.status_code", "\(status)"),
            ])
        let span = try #require(tracer.popFinishedSpans().first)
        #expect(span.attributes.get("http.response.status_code") == .int64(Int64(status)))
        #expect(span.attributes.get("error.type") == (status >= 500 ? .string("HTTPError") : nil))
    }

    @Test(arguments: ["error", "reply"])
    func `a handler that is too slow is recorded with the 503 that its client gets`(leaves: String) async throws {
        let never = Event()
        let app = app { ctx in
            await never.wait()
            if leaves == "error" { throw CancellationError() }
            ctx.body = .text("too late")
        }
        try await app.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().status == 503)
        }
        try expectObserved(503)
    }

    @Test(arguments: [false, true])
    func `a handler that is answered for is recorded with what its client was told`(reads: Bool) async throws {
        let (gate, done) = (Event(), Event())
        let app = app { ctx in
            if reads { _ = try? await ctx.request.bytes() }
            // Waits in a task that is not cancelled with the request's.
            _ = await Task.detached { await gate.wait() }.value
        }
        app.onAbort { _ in done.fire() }
        let status = reads ? 408 : 503
        try await app.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
            #expect(try await connection.readReply().status == status)
            gate.fire()
            await done.wait()
        }
        try expectObserved(status)
    }

    @Test func `a client that leaves is recorded with 499`() async throws {
        let (started, never, done) = (Event(), Event(), Event())
        let app = app { _ in
            started.fire()
            await never.wait()
            try Task.checkCancellation()
        }
        app.limits.handler = .seconds(30)
        app.onAbort { _ in done.fire() }
        try await app.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await started.wait()
            try await connection.reset()
            await done.wait()
        }
        try expectObserved(499)
    }

    @Test(.enabled(if: TLSFixture.isAvailable, "openssl not found"))
    func `each stream of HTTP 2 is recorded with what its client was told`() async throws {
        let never = Event()
        let app = app { ctx in
            ctx.status = 204
            if ctx.path == "/slow" { await never.wait() }
            try Task.checkCancellation()
        }
        try await TLSFixture.serve(app) { tls, server in
            let peer = try await HTTP2Peer.connect(tls, server)
            #expect(try await peer.exchange(peer.request("GET", "/slow")).status == 503)
            #expect(try await peer.exchange(peer.request("GET", "/fast")).status == 204)
        }
        let entries = log.entries.filter { $0.message == "request answered" }
        #expect(entries.map { $0.metadata["status"] } == ["503", "204"])
    }
}

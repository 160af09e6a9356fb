import InMemoryTracing
import KoaTesting
import NIOHTTP1
import Testing
import Tracing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct RequestTracingTests {
    private let tracer = InMemoryTracer()

    private struct Secret: Error, CustomStringConvertible {
        var description: String { "password=hunter2" }
    }

    private func app() -> Application {
        var options = RequestTracing.Options()
        options.tracer = tracer
        let app = Application.quiet()
        app.use(RequestTracing(options))
        let router = Router()
        let tracer = tracer
        router.get("/users/:id") { ctx, _ in
            tracer.startSpan("child", context: ServiceContext.current ?? .topLevel).end()
            ctx.body = .text("ok")
        }
        router.get("/conflict") { _, _ in throw HTTPError(409) }
        router.get("/fault") { _, _ in throw Secret() }
        router.get("/busy") { ctx, _ in ctx.status = 503 }
        app.use(router.routes())
        return app
    }

    private func span(of path: String, over transport: Transport) async throws -> FinishedInMemorySpan {
        try await app().test(over: transport) { client in _ = try await client.get(path) }
        return try #require(tracer.popFinishedSpans().last)
    }

    @Test(arguments: Transport.allCases)
    func `a request is a server span named by method and route, without path or query`(over transport: Transport)
        async throws
    {
        let span = try await span(of: "/users/secret?token=secret", over: transport)
        #expect(span.operationName == "GET /users/:id")
        #expect(span.kind == .server)
        #expect(span.attributes.get("http.request.method") == .string("GET"))
        #expect(span.attributes.get("http.route") == .string("/users/:id"))
        #expect(span.attributes.get("http.response.status_code") == .int64(200))
        #expect(span.status == nil)
        #expect(span.attributes.get("url.scheme") == .string("http"))
        #expect(span.attributes.get("network.protocol.version") == .string("1.1"))
        #expect(span.attributes.count == 5)
        #expect(!"\(span)".contains("secret"))
    }

    @Test(arguments: Transport.allCases)
    func `the caller's trace goes on, and its span is the parent`(over transport: Transport) async throws {
        try await app().test(over: transport) { client async throws in
            _ = try await client.get(
                "/users/1", headers: [InMemoryTracer.traceIDKey: "t", InMemoryTracer.spanIDKey: "s"])
        }
        let span = try #require(tracer.finishedSpans.last)
        #expect(span.traceID == "t")
        #expect(span.parentSpanID == "s")
    }

    @Test(arguments: Transport.allCases)
    func `what is downstream runs within the span`(over transport: Transport) async throws {
        try await app().test(over: transport) { client in _ = try await client.get("/users/1") }
        let spans = tracer.finishedSpans
        #expect(spans.map(\.operationName) == ["child", "GET /users/:id"])
        #expect(spans[0].parentSpanID == spans[1].spanID)
        #expect(spans[1].parentSpanID == nil)
        #expect(tracer.activeSpans.isEmpty)
    }

    @Test(arguments: Transport.allCases)
    func `a fault of the server's is an error by type, without its text`(over transport: Transport) async throws {
        let span = try await span(of: "/fault", over: transport)
        #expect(span.attributes.get("http.response.status_code") == .int64(500))
        #expect(span.attributes.get("error.type") == .string("Secret"))
        #expect(span.status?.code == .error)
        #expect(span.status?.message == nil)
        #expect(span.errors.isEmpty)
    }

    @Test(arguments: Transport.allCases)
    func `a status of 5xx is an error, one of 4xx is not`(over transport: Transport) async throws {
        let busy = try await span(of: "/busy", over: transport)
        #expect(busy.status?.code == .error)
        #expect(busy.attributes.get("error.type") == .string("503"))
        let conflict = try await span(of: "/conflict", over: transport)
        #expect(conflict.status == nil)
        #expect(conflict.attributes.get("http.response.status_code") == .int64(409))
        #expect(conflict.attributes.get("error.type") == nil)
    }

    @Test func `a request without a route is named by its method alone`() async throws {
        let span = try await span(of: "/nowhere", over: .inProcess)
        #expect(span.operationName == "GET")
        #expect(span.attributes.get("http.route") == nil)
    }

    @Test func `the tracer reads W3C's fields from the request, several lines as one list`() {
        let headers: HTTPHeaders = ["Traceparent": "00-a-b-01", "tracestate": "a=1", "TraceState": "b=2"]
        let extractor = RequestFieldExtractor()
        #expect(extractor.extract(key: "traceparent", from: headers) == "00-a-b-01")
        #expect(extractor.extract(key: "tracestate", from: headers) == "a=1,b=2")
        #expect(extractor.extract(key: "baggage", from: headers) == nil)
    }
}

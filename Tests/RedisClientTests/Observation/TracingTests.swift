import InMemoryTracing
import RedisClient
import RedisServerFixture
import Testing
import Tracing

@Suite(.timeLimit(.minutes(1))) struct TracingTests {
    private let tracer = InMemoryTracer()

    private func text(_ value: SpanAttribute?) -> String? {
        switch value {
        case .string(let text): text
        case .int32(let number): "\(number)"
        case .int64(let number): "\(number)"
        case let other: other.map { "\($0)" }
        }
    }

    @Test func `each command is a span with what OpenTelemetry asks for, and nothing secret`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url + "/3", settings: [.set(\.tracer, tracer)]) { redis, _ async throws in
                try await redis.set("hunter2", to: "hunter2")
                _ = await failure { () async throws(RedisError) in try await redis.increment("hunter2") }
                _ = try await redis.transaction(.get("hunter2"), .exists("hunter2"))
            }
            let spans = tracer.finishedSpans
            #expect(spans.map(\.operationName) == ["SET", "INCR", "MULTI"])
            #expect(spans.allSatisfy { $0.kind == .client })
            for span in spans {
                #expect(text(span.attributes.get("db.system.name")) == "redis")
                #expect(text(span.attributes.get("db.namespace")) == "3")
                #expect(text(span.attributes.get("server.address")) == "127.0.0.1")
                #expect(text(span.attributes.get("server.port")) == "\(server.port)")
                #expect(text(span.attributes.get("db.operation.name")) == span.operationName)
                #expect(!"\(span)".contains("hunter2"))
            }
            #expect(spans[0].status == nil)
            #expect(spans[1].status?.code == .error)
            #expect(text(spans[1].attributes.get("error.type")) == "ERR")
            #expect(text(spans[1].attributes.get("db.response.status_code")) == "ERR")
            #expect(text(spans[2].attributes.get("db.operation.batch.size")) == "2")
            #expect(tracer.activeSpans.isEmpty)
        }
    }

    @Test func `a span is a child of the caller's`() async throws {
        try await withRedis([.set(\.tracer, tracer)]) { redis async throws in
            try await tracer.withSpan("login") { _ in try await redis.ping() }
        }
        let spans = tracer.finishedSpans
        #expect(spans.map(\.operationName) == ["PING", "login"])
        #expect(spans[0].traceID == spans[1].traceID)
        #expect(spans[0].parentSpanID == spans[1].spanID)
    }
}

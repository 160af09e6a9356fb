import Metrics
import MetricsTestKit
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct MetricsTests {
    private let metrics = TestMetrics()

    private var settings: [Setting] { [.set(\.metricsFactory, metrics)] }

    private func durations(of name: String, errorType: String? = nil) throws -> [Int64] {
        var dimensions = [("db.system.name", "redis"), ("db.operation.name", name)]
        if let errorType { dimensions.append(("error.type", errorType)) }
        return try metrics.expectTimer("db.client.operation.duration", dimensions).values
    }

    @Test func `the time of each command is reported by its name and outcome`() async throws {
        try await withRedis(settings) { redis async throws in
            try await redis.set("k", to: "v")
            for _ in 0..<3 { _ = try await redis.get("k") }
            _ = await failure { () async throws(RedisError) in try await redis.increment("k") }
            _ = try await redis.pipeline(.get("k"), .exists("k"))
            _ = try await redis.transaction(.get("k"), .exists("k"))
            _ = try await redis.evaluate(RedisScript("return 1"))
            #expect(try durations(of: "GET").count == 3)
            #expect(try durations(of: "GET").allSatisfy { $0 > 0 })
            #expect(try durations(of: "SET").count == 1)
            #expect(try durations(of: "INCR", errorType: "ERR").count == 1)
            #expect(try durations(of: "PIPELINE").count == 1)
            #expect(try durations(of: "MULTI").count == 1)
            #expect(try durations(of: "EVALSHA", errorType: "NOSCRIPT").count == 1)
            #expect(try durations(of: "EVAL").count == 1)
        }
    }

    @Test func `labels are bounded whatever callers and scripts make up`() async throws {
        try await withRedis(settings) { redis async throws in
            for number in 0..<5 {
                _ = await failure { () async throws(RedisError) in try await redis.send(RedisCommand("X\(number)")) }
                let script = RedisScript("return redis.error_reply('MADEUP\(["A", "B", "C", "D", "E"][number]) x')")
                _ = await failure { () async throws(RedisError) in try await redis.evaluate(script) }
            }
            #expect(try durations(of: "OTHER", errorType: "ERR").count == 5)
            #expect(try durations(of: "EVAL", errorType: "server").count == 5)
            _ = try await redis.send(RedisCommand("ping"))
            #expect(try durations(of: "PING").count == 1)
        }
    }

    @Test func `connections, their ends, and commands in flight are counted`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 2, settings: settings) { redis, _ async throws in
                try await redis.connect()
                #expect(try metrics.expectMeter("redis.client.connections").values.last == 2)
                #expect(try metrics.expectCounter("redis.client.connections.opened").values.count == 2)
                #expect(try metrics.expectMeter("redis.client.commands.in_flight").values.isEmpty)
                try server.restart()
                try await untilAnswered(redis)
                let lost = [("error.type", "connectionLost")]
                #expect(try metrics.expectCounter("redis.client.connections.lost", lost).values.count == 2)
            }
            // All commands have ended, and all connections.
            #expect(try metrics.expectMeter("redis.client.commands.in_flight").values.last == 0)
            #expect(try metrics.expectMeter("redis.client.connections").values.last == 0)
        }
    }

    @Test func `a server that is away is counted`() async throws {
        let server = try RedisServer()
        server.kill()
        try await withClient(server.url, loops: 1, settings: settings) { redis, _ async throws in
            _ = await failure { () async throws(RedisError) in try await redis.get("k") }
            #expect(try durations(of: "GET", errorType: "connectFailed").count == 1)
            let failed = [("error.type", "connectFailed")]
            #expect(try !metrics.expectCounter("redis.client.connections.failed", failed).values.isEmpty)
        }
    }
}

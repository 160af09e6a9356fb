import NIOCore
import RedisClient
import RedisServerFixture
import Testing

/// What other tests rely on when they blame the client.
@Suite(.timeLimit(.minutes(1))) struct FaultProxyTests {
    private func withProxiedClient(
        settings: [Setting] = [], _ body: (RedisClient, FaultProxy, RedisServer) async throws -> Void
    ) async throws {
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                try await withClient(proxy.url, loops: 1, settings: settings) { redis, _ async throws in
                    try await redis.connect()
                    try await body(redis, proxy, server)
                }
            }
        }
    }

    @Test(arguments: [Treatment.none, .pieces(of: 1), .pieces(of: 7), .delayed(.milliseconds(3))])
    func `what passes is whole and in order`(treatment: Treatment) async throws {
        try await withProxiedClient { redis, proxy, _ in
            try await proxy.treatAll(as: treatment)
            for key in ["", "k", String(repeating: "0123456789", count: 1_000)] {
                try await redis.set("k" + key, to: key)
                #expect(try await redis.get("k" + key) == ByteBuffer(string: key))
            }
            #expect(proxy.connectionCount == 1)
        }
    }

    @Test func `a delay keeps each piece that long`() async throws {
        try await withProxiedClient { redis, proxy, _ in
            try await proxy.treat(.toClient, as: .delayed(.milliseconds(200)))
            let start = ContinuousClock.now
            try await redis.ping()
            #expect(ContinuousClock.now - start >= .milliseconds(200))
        }
    }

    @Test(arguments: [Treatment.paused, .blackhole])
    func `what is paused goes on, what a blackhole took is gone`(treatment: Treatment) async throws {
        try await withProxiedClient { redis, proxy, _ in
            try await proxy.treat(.toServer, as: treatment)
            let error = await failure { () async throws(RedisError) in
                try await redis.send(RedisCommand("INCR", "n"), timeout: .milliseconds(50))
            }
            #expect(error?.code == .timeout)
            try await proxy.treatAll(as: .none)
            if treatment.isPaused {
                #expect(try await redis.send(RedisCommand("INCR", "n")) == .integer(2))
            } else {
                try await proxy.cut()
                try await untilAnswered(redis)
                #expect(try await redis.send(RedisCommand("INCR", "n")) == .integer(1))
            }
        }
    }

    @Test func `a cut ends the connection after so many bytes`() async throws {
        try await withProxiedClient { redis, proxy, _ in
            try await redis.set("k", to: "value")
            try await proxy.treat { [seen = proxy.connectionCount] in
                $0.connection < seen && $0.direction == .toClient ? .cut(after: 7) : .none
            }
            // `$5\r\n` and half of the value pass.
            #expect(await failure { () async throws(RedisError) in try await redis.get("k") }?.code == .connectionLost)
            try await untilAnswered(redis)
            #expect(try await redis.get("k") == ByteBuffer(string: "value"))
            #expect(proxy.connectionCount == 2)
        }
    }

    @Test func `a rule may tell connections by what the client said`() async throws {
        try await withProxiedClient { redis, proxy, _ in
            try await proxy.treat { $0.direction == .toClient && $0.clientSent("ECHO") ? .blackhole : .none }
            try await redis.ping()
            let error = await failure { () async throws(RedisError) in
                try await redis.send(RedisCommand("ECHO", "x"), timeout: .milliseconds(50))
            }
            #expect(error?.code == .timeout)
        }
    }
}

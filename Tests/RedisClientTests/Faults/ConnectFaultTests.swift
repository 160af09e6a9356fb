import NIOCore
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConnectFaultTests {
    private func get(_ redis: RedisClient, timeout: Duration? = nil) async -> RedisError? {
        await failure { () async throws(RedisError) in try await redis.get("k", timeout: timeout) }
    }

    @Test func `DNS failure: a connect error within the connect timeout, and none of the calls was sent`() async throws
    {
        try await withClient("redis://no-such-host.invalid", loops: 1) { redis, _ async throws in
            let start = ContinuousClock.now
            let error = await get(redis)
            #expect(error?.code == .connectFailed)
            #expect(error?.wasSent == false)
            #expect(ContinuousClock.now - start < .seconds(10))
        }
    }

    @Test func `blackholed connect: the connect timeout is honoured, and so is the deadline of a call`() async throws {
        let server = try UnansweringServer()
        let limit = Duration.milliseconds(300)
        try await withClient(
            "redis://127.0.0.1:\(server.port)", loops: 1,
            settings: [.set(\.connectTimeout, limit), .set(\.commandTimeout, .seconds(30))]
        ) { redis, _ async throws in
            let start = ContinuousClock.now
            async let patient = get(redis)
            let hurried = await get(redis, timeout: limit / 3)
            #expect(hurried?.code == .timeout)
            #expect(hurried?.wasSent == false)
            #expect(ContinuousClock.now - start < limit)
            #expect(await patient?.code == .connectFailed)
            let elapsed = ContinuousClock.now - start
            #expect(elapsed >= limit && elapsed < limit * 5)
        }
    }

    @Test func `a server that takes the connection and says nothing is left after the connect timeout`() async throws {
        let limit = Duration.milliseconds(200)
        let script = ScriptedServer.Script(onCommand: { _ in [] }, answersPing: false)
        try await withScript(script, settings: [.set(\.connectTimeout, limit)]) { redis, server async throws in
            let start = ContinuousClock.now
            let error = await get(redis, timeout: .seconds(10))
            #expect(error?.code == .connectFailed)
            #expect(error?.wasSent == false)
            let elapsed = ContinuousClock.now - start
            #expect(elapsed >= limit && elapsed < limit * 5)
            try await server.firstConnectionClosed()
        }
    }

    @Test func `slow connect: callers wait for it no longer than their own time, and are served when it is made`()
        async throws
    {
        try await withSlowHandshake { redis, proxy async throws in
            let hurried = await get(redis, timeout: .milliseconds(50))
            #expect(hurried?.code == .timeout)
            #expect(hurried?.wasSent == false)
            #expect(await get(redis) == nil)
            #expect(proxy.connectionCount == 1)
        }
    }

    private func withSlowHandshake(_ body: (RedisClient, FaultProxy) async throws -> Void) async throws {
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                try await proxy.treat(.toClient, as: .delayed(.milliseconds(300)))
                try await withClient(proxy.url, loops: 1) { redis, _ async throws in try await body(redis, proxy) }
            }
        }
    }
}

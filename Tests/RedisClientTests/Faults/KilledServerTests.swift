import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct KilledServerTests {
    private typealias End = (error: RedisError?, at: ContinuousClock.Instant)

    @Test func `kill -9 with 1,000 in flight: every caller is resumed once and at once, sent or not sent`() async throws
    {
        // Within 50 ms, of which a machine with other work may take several rounds to leave the client its share.
        var fastest = Duration.seconds(1)
        for _ in 0..<5 where fastest >= .milliseconds(50) {
            fastest = min(fastest, try await killWithThousandInFlight())
        }
        #expect(fastest < .milliseconds(50))
    }

    /// Checks what every caller hears; how long the slowest of them had to wait for it.
    private func killWithThousandInFlight() async throws -> Duration {
        let settings: [Setting] = [
            .set(\.commandTimeout, .seconds(30)), .set(\.maximumPendingBytes, 64 * 1_024 * 1_024),
        ]
        return try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1, settings: settings) { redis, group async throws in
                try await redis.connect()
                server.pause()
                let loop = OnLoop(group.next())
                // Callers on one loop are taken in the order they come, so that who is behind a barrier was taken.
                func ask(_ count: Int, value: String = "v") -> [Task<End, Never>] {
                    (0..<count).map { index in
                        Task(executorPreference: loop) {
                            let error = await failure { () async throws(RedisError) in
                                try await redis.set("k\(index)", to: value)
                            }
                            return (error, .now)
                        }
                    }
                }
                func barrier() async {
                    await Task(executorPreference: loop) {
                        _ = await failure { () async throws(RedisError) in
                            try await redis.ping(timeout: .milliseconds(20))
                        }
                    }.value
                }
                let sent = ask(1_000)
                // More than the sockets' buffers hold: what comes after it has to wait in the client.
                let large = ask(1, value: String(repeating: "x", count: 32 * 1_024 * 1_024))
                await barrier()
                let unsent = ask(500)
                await barrier()

                let killed = ContinuousClock.now
                server.kill()
                var slowest = Duration.zero
                for (tasks, wasSent) in [(sent, true), (large, true), (unsent, false)] {
                    var wrong = 0
                    for task in tasks {
                        let end = await task.value
                        if end.error?.code != .connectionLost || end.error?.wasSent != wasSent { wrong += 1 }
                        slowest = max(slowest, end.at - killed)
                    }
                    #expect(wrong == 0, "of \(tasks.count) that were \(wasSent ? "sent" : "not sent")")
                }
                #expect(slowest < .seconds(1))
                let down = await failure { () async throws(RedisError) in try await redis.get("k") }
                #expect(down?.code == .connectFailed)
                #expect(down?.wasSent == false)
                return slowest
            }
        }
    }

    @Test func `kill -9 and restart: the first success comes within the cap of the backoff`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1) { redis, _ async throws in
                try await redis.connect()
                server.kill()
                // Long enough down for the pauses to grow.
                let down = ContinuousClock.now
                while ContinuousClock.now - down < .milliseconds(500) {
                    let error = await failure { () async throws(RedisError) in try await redis.get("k") }
                    #expect(error?.code == .connectFailed || error?.code == .connectionLost)
                }
                try server.start()
                let restarted = ContinuousClock.now
                try await untilAnswered(redis)
                let cap = Duration.seconds(2)
                #expect(ContinuousClock.now - restarted < cap * 1.5)
            }
        }
    }
}

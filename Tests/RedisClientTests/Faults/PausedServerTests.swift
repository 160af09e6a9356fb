import NIOCore
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct PausedServerTests {
    private func echo(_ redis: RedisClient, _ text: String, timeout: Duration) async throws(RedisError) -> Bool {
        try await redis.send(RedisCommand("ECHO", .string(text)), timeout: timeout) == .bulk(ByteBuffer(string: text))
    }

    @Test func `SIGSTOP: each call fails at its deadline, and late replies never reach a different caller`()
        async throws
    {
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1, settings: [.set(\.commandTimeout, .seconds(30))]) {
                redis, _ async throws in
                let connection = try await redis.connectionIdentifier()
                server.pause()
                await withTaskGroup { tasks in
                    for index in 0..<200 {
                        tasks.addTask {
                            let timeout = Duration.milliseconds(100 + 2 * index)
                            let start = ContinuousClock.now
                            let error = await failure { () async throws(RedisError) in
                                try await echo(redis, "early \(index)", timeout: timeout)
                            }
                            let elapsed = ContinuousClock.now - start
                            #expect(error?.code == .timeout)
                            #expect(error?.wasSent == true)
                            // 10 % are promised on a quiet machine.
                            #expect(elapsed >= timeout && elapsed < timeout * 1.1 + .milliseconds(400))
                        }
                    }
                }
                server.resume()
                for index in 0..<200 {
                    #expect(try await echo(redis, "late \(index)", timeout: .seconds(20)))
                }
                #expect(try await redis.connectionIdentifier() == connection)
            }
        }
    }

    @Test func `SIGSTOP: the connection is dropped at the stall limit, and another serves when the server goes on`()
        async throws
    {
        try await withRedisServer { server async throws in
            let timeout = Duration.milliseconds(200)
            try await withClient(server.url, loops: 1, settings: [.set(\.commandTimeout, timeout)]) {
                redis, _ async throws in
                let connection = try await redis.connectionIdentifier()
                server.pause()
                let start = ContinuousClock.now
                // As long as the connection stands, commands are sent over it.
                try await until("the connection was dropped") {
                    await failure { () async throws(RedisError) in try await redis.ping() }?.wasSent == false
                }
                let elapsed = ContinuousClock.now - start
                #expect(elapsed >= timeout * 2 && elapsed < .seconds(3))
                server.resume()
                try await untilAnswered(redis)
                #expect(try await redis.connectionIdentifier() != connection)
            }
        }
    }
}

import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct ShutdownGraceTests {
    @Test func `replies that are on their way are waited for, and nothing new is taken`() async throws {
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                try await withClient(proxy.url) { redis, _ async throws in
                    try await redis.connect()
                    try await proxy.treat(.toClient, as: .delayed(.milliseconds(300)))
                    try await withThrowingTaskGroup { tasks in
                        for number in 0..<100 {
                            tasks.addTask { () async throws in
                                let text = "\(number)"
                                let reply = try await redis.send(RedisCommand("ECHO", .string(text)))
                                #expect(reply == .bulk(ByteBuffer(string: text)))
                            }
                        }
                        // Each of them has been sent, but for a reply none has.
                        try await until("all were sent") {
                            try server.ask("INFO", "commandstats").string.contains("echo:calls=100,")
                        }
                        let start = ContinuousClock.now
                        async let isShutdown: Void = redis.shutdown(grace: .seconds(30))
                        try await until("refused") {
                            let late = await failure { () async throws(RedisError) in try await redis.ping() }
                            return late?.code == .shutdown && late?.wasSent == false
                        }
                        try await tasks.waitForAll()
                        await isShutdown
                        // Done with the last reply, not with the grace.
                        #expect(ContinuousClock.now - start < .seconds(10))
                    }
                }
            }
        }
    }

    @Test func `the grace is not exceeded, and who still waits is told`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, settings: [.set(\.commandTimeout, .seconds(30))]) {
                redis, _ async throws in
                try await redis.connect()
                let sent = try await redis.send(RedisCommand("CLIENT", "ID"))
                #expect(sent != .null)
                server.pause()
                async let error = failure { () async throws(RedisError) in try await redis.get("k") }
                let start = ContinuousClock.now
                await redis.shutdown(grace: .milliseconds(200))
                #expect(ContinuousClock.now - start < .seconds(5))
                #expect(await error?.code == .shutdown)
            }
        }
    }

    @Test func `a second shutdown without grace ends the first`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1, settings: [.set(\.commandTimeout, .seconds(30))]) {
                redis, _ async throws in
                try await redis.connect()
                server.pause()
                async let error = failure { () async throws(RedisError) in try await redis.get("k") }
                async let patient: Void = redis.shutdown(grace: .seconds(30))
                let start = ContinuousClock.now
                await redis.shutdown()
                await patient
                #expect(ContinuousClock.now - start < .seconds(5))
                #expect(await error?.code == .shutdown)
            }
        }
    }
}

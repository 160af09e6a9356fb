import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct ServerFaultTests {
    @Test func `a server killed with commands in flight fails each once, as sent, and is found again`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url, loops: 1, settings: [.set(\.commandTimeout, .seconds(20))]) { redis, _ in
                try await redis.connect()
                server.pause()
                let waiting = (0..<1_000).map { index in
                    Task { await failure { () async throws(RedisError) in try await redis.set("k\(index)", to: "v") } }
                }
                // Served after those above were: once it gives up, they are all on their way.
                _ = await failure { () async throws(RedisError) in try await redis.get("k", timeout: .milliseconds(100))
                }
                server.kill()
                for task in waiting {
                    let error = await task.value
                    #expect(error?.code == .connectionLost)
                    #expect(error?.wasSent == true)
                }
                let down = await failure { () async throws(RedisError) in try await redis.get("k") }
                #expect(down?.code == .connectFailed)
                #expect(down?.wasSent == false)
                try server.start()
                let start = ContinuousClock.now
                try await untilAnswered(redis)
                #expect(ContinuousClock.now - start < .seconds(3))
            }
        }
    }

    @Test func `a paused server fails each command at its deadline, and serves when it goes on`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url, loops: 1) { redis, _ in
                try await redis.connect()
                server.pause()
                let start = ContinuousClock.now
                let errors = await withTaskGroup(of: RedisError?.self) { tasks in
                    for _ in 0..<100 {
                        tasks.addTask {
                            await failure { () async throws(RedisError) in
                                try await redis.get("k", timeout: .milliseconds(200))
                            }
                        }
                    }
                    return await tasks.reduce(into: []) { $0.append($1) }
                }
                let elapsed = ContinuousClock.now - start
                #expect(elapsed >= .milliseconds(200) && elapsed < .milliseconds(400))
                #expect(errors.allSatisfy { $0?.code == .timeout && $0?.wasSent == true })
                server.resume()
                try await untilAnswered(redis)
            }
        }
    }

    @Test func `no reply meets another caller under cancellation, time-outs and reconnects`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url, settings: [.set(\.commandTimeout, .milliseconds(250))]) { redis, group in
                let executors = group.makeIterator().map(OnLoop.init)
                let counts = await withTaskGroup(of: (right: Int, failed: Int).self) { tasks in
                    for caller in 0..<64 {
                        let executor = caller.isMultiple(of: 3) ? nil : executors[caller % executors.count]
                        tasks.addTask(executorPreference: executor) {
                            await askAndCheck(redis, caller: caller)
                        }
                    }
                    tasks.addTask {
                        for turn in 0..<12 {
                            if turn.isMultiple(of: 4) { try? server.restart() }
                            server.pause()
                            _ = await failure { () async throws(RedisError) in
                                try await redis.get("x", timeout: .milliseconds(30))
                            }
                            server.resume()
                            try? await untilAnswered(redis)
                        }
                        return (0, 0)
                    }
                    return await tasks.reduce(into: (right: 0, failed: 0)) {
                        $0.right += $1.right
                        $0.failed += $1.failed
                    }
                }
                #expect(counts.right == 64 * rightAnswers)
                #expect(counts.failed > 0)
            }
        }
    }

    /// How many values each caller wants to see right, however many it loses on the way.
    private let rightAnswers = 150

    /// Sets and gets values that hold their own keys, giving up on some of them half way.
    private func askAndCheck(_ redis: RedisClient, caller: Int) async -> (right: Int, failed: Int) {
        var counts = (right: 0, failed: 0)
        var turn = 0
        while counts.right < rightAnswers, !Task.isCancelled {
            turn += 1
            let key = "key:\(caller):\(turn)"
            let timeouts = (
                set: turn % 11 == 0 ? Duration.microseconds(200) : nil,
                get: turn % 5 == 0 ? Duration.microseconds(300) : nil
            )
            let task = Task { () async -> Result<ByteBuffer?, RedisError> in
                do throws(RedisError) {
                    try await redis.set(key, to: key, timeout: timeouts.set)
                    return .success(try await redis.get(key, timeout: timeouts.get))
                } catch {
                    return .failure(error)
                }
            }
            if turn % 7 == 0 {
                await Task.yield()
                task.cancel()
            }
            switch await task.value {
            case .success(let value?):
                #expect(value == ByteBuffer(string: key))
                counts.right += 1
            case .success(nil): break  // the server was restarted in between
            case .failure: counts.failed += 1
            }
        }
        return counts
    }
}

import NIOCore
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct BatchFaultTests {
    /// Echoes with the key in each value, so that a crossed reply shows.
    private func echoes(_ name: String, _ count: Int) -> [RedisOperation<String>] {
        (0..<count).map { .command(RedisCommand("ECHO", .string("\(name).\($0)")), as: String.self) }
    }

    private func expectOwn(_ outcomes: [Result<String, RedisError>], _ name: String) throws {
        #expect(try outcomes.map { try $0.get() } == outcomes.indices.map { "\(name).\($0)" })
    }

    @Test func `the replies of a cancelled batch meet nobody else`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1, settings: [.set(\.commandTimeout, .seconds(30))]) {
                redis, _ async throws in
                try await redis.connect()
                server.pause()
                let cancelled = Task { [operations = echoes("a", 7)] in
                    await failure { () async throws(RedisError) in try await redis.pipeline(operations) }
                }
                let other = Task { [operations = echoes("b", 5)] in try await redis.transaction(operations) }
                let single = Task { try await redis.perform(.command(RedisCommand("ECHO", "c"), as: String.self)) }
                cancelled.cancel()
                let error = await cancelled.value
                #expect(error?.code == .cancelled)
                server.resume()
                try expectOwn(try await other.value, "b")
                #expect(try await single.value == "c")
            }
        }
    }

    @Test func `a batch that is late has one deadline, and its replies meet nobody else`() async throws {
        let held = Held()
        let script = ScriptedServer.Script(onCommand: { words in
            // The first batch gets two replies now, and the rest with the next command.
            held.answer(words)
        })
        try await withScript(script, settings: [.set(\.commandTimeout, .seconds(10))]) { redis, _ async throws in
            try await redis.connect()
            let late = await failure { () async throws(RedisError) in
                try await redis.pipeline(echoes("late", 5), timeout: .milliseconds(50))
            }
            #expect(late?.code == .timeout)
            #expect(late?.mayHaveRun == true)
            try expectOwn(try await redis.pipeline(echoes("next", 3)), "next")
            #expect(try await redis.perform(.command(RedisCommand("ECHO", "z"), as: String.self)) == "z")
        }
    }

    @Test func `a batch counts by its commands against the bound, and is taken whole or not at all`() async throws {
        let (executions, execution) = AsyncStream.makeStream(of: Void.self)
        let script = ScriptedServer.Script(onCommand: { words in
            if words == ["EXEC"] { execution.yield() }
            return []
        })
        try await withScript(
            script, settings: [.set(\.maximumInFlight, 10), .set(\.commandTimeout, .seconds(20))]
        ) { redis, _ async throws in
            try await redis.connect()
            // MULTI and EXEC count.
            let refused = await failure { () async throws(RedisError) in try await redis.transaction(echoes("a", 9)) }
            #expect(refused?.code == .overloaded)
            #expect(refused?.wasSent == false)
            let waiting = Task { [operations = echoes("b", 8)] in
                await failure { () async throws(RedisError) in try await redis.transaction(operations) }
            }
            for await _ in executions { break }
            let oneMore = await failure { () async throws(RedisError) in try await redis.ping() }
            #expect(oneMore?.code == .overloaded)
            waiting.cancel()
            #expect(await waiting.value?.code == .cancelled)
            // Given up, the places are still taken: the replies may come yet.
            let later = await failure { () async throws(RedisError) in try await redis.ping() }
            #expect(later?.code == .overloaded)
        }
    }

    @Test func `a batch of more bytes than may wait is refused whole`() async throws {
        try await withRedis([.set(\.maximumPendingBytes, 1_000)]) { redis async throws in
            let operations: [RedisOperation<Bool>] = (0..<10).map {
                .set("k\($0)", to: String(repeating: "x", count: 100))
            }
            let error = await failure { () async throws(RedisError) in try await redis.pipeline(operations) }
            #expect(error?.code == .overloaded)
            #expect(try await redis.perform(.exists((0..<10).map { "k\($0)" })) == 0)
        }
    }

    @Test func `a connection that ends within a batch fails it once, and the next one is whole`() async throws {
        let script = ScriptedServer.Script(onCommand: { words in
            words == ["ECHO", "cut.2"] ? [.close] : [.send("+\(words.last ?? "")\r\n")]
        })
        try await withScript(script) { redis, _ async throws in
            let error = await failure { () async throws(RedisError) in try await redis.pipeline(echoes("cut", 5)) }
            #expect(error?.code == .connectionLost)
            #expect(error?.wasSent == true)
            try await untilAnswered(redis)
            try expectOwn(try await redis.pipeline(echoes("next", 4)), "next")
        }
    }

    @Test func `a batch is whole when its replies come byte by byte`() async throws {
        let script = ScriptedServer.Script(onCommand: { words in [.trickle("$\(words[1].count)\r\n\(words[1])\r\n")] })
        try await withScript(script) { redis, _ async throws in
            try expectOwn(try await redis.pipeline(echoes("a", 20)), "a")
        }
    }

    @Test func `a server that is a replica answers the whole batch before the connection is given up`() async throws {
        let script = ScriptedServer.Script(onCommand: { words in
            [.send(words[0] == "SET" ? "-READONLY You can't write against a read only replica.\r\n" : "$1\r\nv\r\n")]
        })
        try await withScript(script) { redis, server async throws in
            let (first, refused, last) = try await redis.pipeline(
                .get("k", as: String.self), .set("k", to: "v"), .get("k", as: String.self))
            #expect(try first.get() == "v")
            #expect(throws: RedisError.self) { try refused.get() }
            #expect(try last.get() == "v")
            try await server.firstConnectionClosed()
        }
    }

    @Test(arguments: ["*-1\r\n", "*1\r\n:1\r\n", "+OK\r\n"])
    func `replies that are not those of a transaction are a violation`(execution: String) async throws {
        let script = ScriptedServer.Script(onCommand: { words in
            [.send(words == ["EXEC"] ? execution : words == ["MULTI"] ? "+OK\r\n" : "+QUEUED\r\n")]
        })
        try await withScript(script) { redis, _ async throws in
            let error = await failure { () async throws(RedisError) in
                try await redis.transaction(.increment("a"), .increment("b"))
            }
            #expect(error?.code == .protocolViolation)
            #expect(error?.mayHaveRun == true)
        }
    }

    @Test func `batches cancelled at random cross with nobody`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, settings: [.set(\.commandTimeout, .seconds(20))]) {
                redis, _ async throws in
                try await redis.connect()
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    for caller in 0..<40 {
                        tasks.addTask {
                            for turn in 0..<50 {
                                let name = "\(caller).\(turn)"
                                let task = Task { [operations = echoes(name, 1 + turn % 9)] in
                                    turn.isMultiple(of: 2)
                                        ? try await redis.pipeline(operations) : try await redis.transaction(operations)
                                }
                                for _ in 0..<Int.random(in: 0..<6) { await Task.yield() }
                                if Int.random(in: 0..<3) == 0 { task.cancel() }
                                do {
                                    try expectOwn(try await task.value, name)
                                } catch let error as RedisError {
                                    #expect(error.code == .cancelled)
                                }
                            }
                        }
                    }
                    try await tasks.waitForAll()
                }
            }
        }
    }
}

import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(2))) struct PipelineTests {
    /// Where the callers run.
    enum Callers: CaseIterable, Sendable {
        case onTheLoops, elsewhere
    }

    @Test(arguments: Callers.allCases)
    func `many callers at once each get their own reply`(callers: Callers) async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url) { redis, group async throws in
                let executors = group.makeIterator().map(OnLoop.init)
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    for caller in 0..<100 {
                        let executor = callers == .onTheLoops ? executors[caller % executors.count] : nil
                        tasks.addTask(executorPreference: executor) {
                            for turn in 0..<50 {
                                let text = "\(caller).\(turn)"
                                try await redis.set(text, to: text)
                                let value = try await redis.get(text)
                                #expect(value == ByteBuffer(string: text))
                            }
                        }
                    }
                    try await tasks.waitForAll()
                }
            }
        }
    }

    @Test func `a task that only passes a loop is served`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1) { redis, group async throws in
                try await redis.connect()
                let loop = group.any()
                let task = try await loop.submit {
                    Task.immediate { try await redis.set("k", to: "v") }
                }.get()
                #expect(try await task.value)
            }
        }
    }

    @Test func `commands of one turn of the loop leave together`() async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [.send("$-1\r\n")] })
        try await withScript(script) { redis, _ async throws in
            // One caller after the other would need one write each; this is seen in the benchmark, here only that
            // the order of replies survives.
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<500 { tasks.addTask { () async throws in #expect(try await redis.get("k") == nil) } }
                try await tasks.waitForAll()
            }
        }
    }

    @Test func `a cancelled caller is resumed at once and its reply meets nobody else`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1, settings: [.set(\.commandTimeout, .seconds(20))]) {
                redis, _ async throws in
                for key in ["a", "b"] { try await redis.set(key, to: key) }
                server.pause()
                let cancelled = Task { await failure { () async throws(RedisError) in try await redis.get("a") } }
                let other = Task { try await redis.get("b") }
                cancelled.cancel()
                #expect(await cancelled.value?.code == .cancelled)
                server.resume()
                #expect(try await other.value == ByteBuffer(string: "b"))
                #expect(try await redis.get("a") == ByteBuffer(string: "a"))
            }
        }
    }

    @Test func `a task cancelled before it asks sends nothing`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url) { redis, _ async throws in
                try await redis.connect()
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return await failure { () async throws(RedisError) in try await redis.set("k", to: "v") }
                }
                let error = await task.value
                #expect(error?.code == .cancelled)
                #expect(error?.wasSent == false)
                #expect(try await redis.get("k") == nil)
            }
        }
    }

    @Test func `deadlines may be in any order`() async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [] })
        try await withScript(script, settings: [.set(\.commandTimeout, .seconds(10))]) { redis, _ async throws in
            try await redis.connect()
            let long = Task {
                await failure { () async throws(RedisError) in try await redis.get("k", timeout: .seconds(10)) }
            }
            let start = ContinuousClock.now
            let short = await failure { () async throws(RedisError) in
                try await redis.get("k", timeout: .milliseconds(50))
            }
            #expect(short?.code == .timeout)
            #expect(ContinuousClock.now - start < .seconds(1))
            long.cancel()
            #expect(await long.value?.code == .cancelled)
        }
    }

    @Test func `one more than may be in flight is refused at once`() async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [] })
        try await withScript(
            script,
            settings: [.set(\.maximumInFlight, 10), .set(\.commandTimeout, .seconds(5))]
        ) { redis, _ async throws in
            try await redis.connect()
            let codes = await withTaskGroup(of: RedisError?.self) { tasks in
                for _ in 0..<11 {
                    tasks.addTask { await failure { () async throws(RedisError) in try await redis.get("k") } }
                }
                let first = await tasks.next() ?? nil
                tasks.cancelAll()
                var codes = [first?.code]
                while let error = await tasks.next() { codes.append(error?.code) }
                return codes
            }
            #expect(codes[0] == .overloaded)
            #expect(codes.dropFirst().allSatisfy { $0 == .cancelled })
        }
    }

    @Test func `more bytes than may wait are refused at once`() async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [.send("+OK\r\n")] })
        try await withScript(script, settings: [.set(\.maximumPendingBytes, 1_000)]) { redis, _ async throws in
            let big = String(repeating: "x", count: 1_000)
            let error = await failure { () async throws(RedisError) in try await redis.set("k", to: big) }
            #expect(error?.code == .overloaded)
            #expect(error?.wasSent == false)
            #expect(try await redis.set("k", to: "small"))
        }
    }

    @Test func `shutting down ends who waits and stays so`() async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [] })
        try await withScript(script, settings: [.set(\.commandTimeout, .seconds(30))]) { redis, server async throws in
            try await redis.connect()
            let waiting = (0..<100).map { _ in
                Task { await failure { () async throws(RedisError) in try await redis.get("k") } }
            }
            // Served after those above were, as the loop takes callers in order.
            _ = await failure { () async throws(RedisError) in try await redis.get("k", timeout: .milliseconds(20)) }
            await redis.shutdown()
            for task in waiting { #expect(await task.value?.code == .shutdown) }
            let late = await failure { () async throws(RedisError) in try await redis.get("k") }
            #expect(late?.code == .shutdown)
            #expect(late?.wasSent == false)
            #expect(await failure { () async throws(RedisError) in try await redis.connect() }?.code == .shutdown)
            await redis.shutdown()
            try await server.firstConnectionClosed()
        }
    }

    @Test func `shutting down while connecting ends who waits`() async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [] }, answersPing: false)
        try await withScript(script, settings: [.set(\.connectTimeout, .seconds(30))]) { redis, _ async throws in
            let waiting = Task {
                await failure { () async throws(RedisError) in try await redis.get("k", timeout: .seconds(30)) }
            }
            let short = await failure { () async throws(RedisError) in
                try await redis.get("k", timeout: .milliseconds(20))
            }
            #expect(short?.code == .timeout)
            #expect(short?.wasSent == false)
            await redis.shutdown()
            #expect(await waiting.value?.code == .shutdown)
        }
    }
}

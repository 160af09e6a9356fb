import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing

/// Callers that are actors, whose calls take the way of those from elsewhere.
@Suite(.timeLimit(.minutes(2))) struct ActorCallerTests {
    /// Lives on an event loop.
    private actor Resident {
        private let executor: any SerialExecutor
        private let redis: RedisClient

        init(_ redis: RedisClient, on loop: any EventLoop) {
            self.redis = redis
            executor = loop.executor
        }

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        /// What was stored, read again.
        func store(_ text: String) async throws(RedisError) -> ByteBuffer? {
            try await redis.set(text, to: text)
            return try await redis.get(text)
        }

        func read(_ key: String) async throws(RedisError) -> ByteBuffer? { try await redis.get(key) }
    }

    @Test func `actors on the loops are served`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url) { redis, group async throws in
                let residents = group.makeIterator().map { Resident(redis, on: $0) }
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    for caller in 0..<100 {
                        let resident = residents[caller % residents.count]
                        tasks.addTask { () async throws in
                            for turn in 0..<20 {
                                let text = "\(caller).\(turn)"
                                #expect(try await resident.store(text) == ByteBuffer(string: text))
                            }
                        }
                    }
                    try await tasks.waitForAll()
                }
            }
        }
    }

    @Test @MainActor func `the main actor is served`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url) { redis, _ async throws in
                try await redis.set("k", to: "v")
                #expect(try await redis.get("k") == ByteBuffer(string: "v"))
            }
        }
    }

    @Test(arguments: [true, false])
    func `the call of an actor ends at once when its task is cancelled`(isOnLoop: Bool) async throws {
        let (asked, isAsked) = AsyncStream.makeStream(of: Void.self)
        let script = ScriptedServer.Script(onCommand: { words in
            guard words == ["GET", "a"] else { return [.send("$1\r\nb\r\n")] }
            isAsked.yield()
            return []
        })
        try await withRedisScript(script) { redis, group async throws in
            // The client's own loop, or one that it has no connection on.
            let elsewhere = MultiThreadedEventLoopGroup.singleton
            let resident = Resident(redis, on: isOnLoop ? group.any() : elsewhere.any())
            let cancelled = Task { await failure { () async throws(RedisError) in try await resident.read("a") } }
            for await _ in asked { break }
            cancelled.cancel()
            let error = await cancelled.value
            #expect(error?.code == .cancelled)
            #expect(error?.wasSent == true)
        }
    }

    /// A client of a scripted server that waits long for replies, and the client's loops.
    private func withRedisScript(
        _ script: ScriptedServer.Script, _ body: (RedisClient, MultiThreadedEventLoopGroup) async throws -> Void
    ) async throws {
        let server = try await ScriptedServer.start(on: MultiThreadedEventLoopGroup.singleton, script)
        let settings: [Setting] = [.set(\.commandTimeout, .seconds(20))]
        try await withClient(server.url, loops: 1, settings: settings) { redis, group in try await body(redis, group) }
        try await server.stop()
    }
}

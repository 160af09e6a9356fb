import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing

/// Callers that are actors: their calls have a way of their own, which leaves their executor only to wait.
@Suite(.timeLimit(.minutes(2))) struct ActorCallerTests {
    /// Lives on an event loop.
    private actor Resident {
        private let loop: any EventLoop
        private let executor: any SerialExecutor
        private let redis: RedisClient

        init(_ redis: RedisClient, on loop: any EventLoop) {
            self.redis = redis
            self.loop = loop
            executor = loop.executor
        }

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        /// What was stored, read again; nil if a call left the loop.
        func store(_ text: String) async throws(RedisError) -> ByteBuffer? {
            try await redis.set(text, to: text)
            guard loop.inEventLoop else { return nil }
            let value = try await redis.get(text)
            return loop.inEventLoop ? value : nil
        }

        func read(_ key: String) async throws(RedisError) -> ByteBuffer? { try await redis.get(key) }
    }

    @Test func `actors on the loops are served without leaving them`() async throws {
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

    @Test @MainActor func `the main actor is served and stays where it is`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url) { redis, _ async throws in
                try await redis.set("k", to: "v")
                MainActor.assertIsolated()
                #expect(try await redis.get("k") == ByteBuffer(string: "v"))
            }
        }
    }

    @Test(arguments: [true, false])
    func `the call of an actor ends at once when its task is cancelled`(isOnLoop: Bool) async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1, settings: [.set(\.commandTimeout, .seconds(20))]) {
                redis, group async throws in
                // The client's own loop, or one that it has no connection on.
                let elsewhere = MultiThreadedEventLoopGroup.singleton
                let resident = Resident(redis, on: isOnLoop ? group.any() : elsewhere.any())
                for key in ["a", "b"] { try await redis.set(key, to: key) }
                server.pause()
                let cancelled = Task { await failure { () async throws(RedisError) in try await resident.read("a") } }
                let other = Task { try await resident.read("b") }
                cancelled.cancel()
                #expect(await cancelled.value?.code == .cancelled)
                server.resume()
                #expect(try await other.value == ByteBuffer(string: "b"))
                #expect(try await resident.read("a") == ByteBuffer(string: "a"))
            }
        }
    }
}

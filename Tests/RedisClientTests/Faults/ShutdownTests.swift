import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct ShutdownTests {
    /// What the client is at when it is shut down.
    enum Moment: CaseIterable, Sendable {
        case serving, stalled, connecting, pausing
    }

    @Test(arguments: Moment.allCases)
    func `shutdown under load: every caller ends at once, with an answer or a typed error`(moment: Moment) async throws
    {
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                if moment == .connecting { try await proxy.treatAll(as: .paused) }
                try await withClient(proxy.url, settings: [.set(\.commandTimeout, .seconds(30))]) {
                    redis, group async throws in
                    if moment != .connecting { try await redis.connect() }
                    if moment == .stalled { server.pause() }
                    if moment == .pausing { server.kill() }
                    let ends = await ask(redis, from: 1_000, on: group) {
                        let start = ContinuousClock.now
                        await redis.shutdown()
                        #expect(ContinuousClock.now - start < .seconds(5))
                    }
                    #expect(ends.allSatisfy { [.shutdown, .connectFailed, .connectionLost].contains($0.code) })
                    #expect(ends.count { $0.code == .shutdown } == 1_000)
                    let late = await failure { () async throws(RedisError) in try await redis.get("k") }
                    #expect(late?.code == .shutdown)
                    #expect(late?.wasSent == false)
                }
            }
        }
    }

    @Test func `shutdown under load with a grace: nothing that was sent is left without its answer`() async throws {
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                try await withClient(proxy.url, settings: [.set(\.commandTimeout, .seconds(30))]) {
                    redis, group async throws in
                    try await redis.connect()
                    try await proxy.treat(.toClient, as: .delayed(.milliseconds(20)))
                    let ends = await ask(redis, from: 1_000, on: group) { await redis.shutdown(grace: .seconds(20)) }
                    #expect(ends.count == 1_000)
                    #expect(ends.allSatisfy { $0.code == .shutdown && !$0.wasSent })
                }
            }
        }
    }

    /// Asks from many tasks until each is told of the shutdown, which happens once all have begun.
    private func ask(
        _ redis: RedisClient, from callers: Int, on group: MultiThreadedEventLoopGroup,
        _ shutdown: () async -> Void
    ) async -> [RedisError] {
        let executors = group.makeIterator().map(OnLoop.init)
        let begun = Progress(to: callers, step: callers)
        return await withTaskGroup(of: [RedisError].self) { tasks in
            for caller in 0..<callers {
                let executor = caller.isMultiple(of: 3) ? nil : executors[caller % executors.count]
                tasks.addTask(executorPreference: executor) {
                    begun.add()
                    var ends: [RedisError] = []
                    while ends.last?.code != .shutdown, !Task.isCancelled {
                        let error = await failure { () async throws(RedisError) in try await redis.get("k") }
                        if let error { ends.append(error) }
                    }
                    return ends
                }
            }
            for await _ in begun.steps {}
            await shutdown()
            return await tasks.reduce(into: []) { $0 += $1 }
        }
    }

    @Test func `a client whose loops are gone refuses commands, and does not wait for them`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let redis = RedisClient(
            configuration: try RedisConfiguration(url: "redis://127.0.0.1:1"), eventLoopGroup: group)
        await redis.shutdown()
        try await group.shutdownGracefully()
        let command = await failure { () async throws(RedisError) in try await redis.get("k") }
        #expect(command?.code == .shutdown)
        #expect(command?.wasSent == false)
        let connection = await failure { () async throws(RedisError) in try await redis.connect() }
        #expect(connection?.code == .shutdown)
    }

    @Test func `a client that is dropped without a shutdown closes its connections`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                do {
                    let redis = RedisClient(
                        configuration: try RedisConfiguration(url: proxy.url), eventLoopGroup: group)
                    try await redis.connect()
                }
                try await proxy.clientLeft(0)
            }
        }
        try await group.shutdownGracefully()
    }
}

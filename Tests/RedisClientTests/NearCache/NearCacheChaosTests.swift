import NIOCore
import RedisClient
import RedisServerFixture
import Synchronization
import Testing

/// Reads, writes and every kind of harm at once; what was read is judged afterwards.
@Suite(.serialized, .timeLimit(.minutes(1))) struct NearCacheChaosTests {
    private static let keys = 6
    private static let lease = Duration.milliseconds(500)
    /// What a server that is busy may do in one turn before it sends the notices of that turn.
    private static let turn = Duration.milliseconds(100)

    /// When the reply to each write of a key came.
    private final class Writes: Sendable {
        private let times: Mutex<[[ContinuousClock.Instant]]>

        init() { times = Mutex(Array(repeating: [], count: keys)) }

        /// The next version of a key.
        func nextVersion(of key: Int) -> Int { times.withLock { $0[key].count } }

        func written(_ key: Int) { times.withLock { $0[key].append(.now) } }

        /// When a version was known to be there.
        func time(of version: Int, _ key: Int) -> ContinuousClock.Instant? {
            times.withLock { version < $0[key].count ? $0[key][version] : nil }
        }
    }

    @Test func `no read is older than the lease, whatever happens to the connections`() async throws {
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                try await withClient(server.url, loops: 1) { other, _ async throws in
                    let configuration = NearCacheConfiguration.patient(
                        lease: Self.lease, heartbeat: .milliseconds(100))
                    try await withCache(proxy.url, configuration: configuration) { subject async throws in
                        let writes = Writes()
                        for key in 0..<Self.keys { try await Self.write(key, other, writes) }
                        try await withThrowingTaskGroup(of: Void.self) { tasks in
                            tasks.addTask { try await Self.write(other, writes) }
                            for reader in 0..<8 { tasks.addTask { await Self.read(reader, subject, writes) } }
                            try await Self.harm(proxy, other)
                            tasks.cancelAll()
                            while let result = await tasks.nextResult() { Self.check(result) }
                        }
                        try await proxy.treatAll(as: .none)
                        try await subject.untilServed("s:0")
                        #expect(subject.cache.statistics.hits > 1_000)
                    }
                }
            }
        }
    }

    private static func check(_ result: Result<Void, any Error>) {
        guard case .failure(let error) = result else { return }
        #expect((error as? RedisError)?.code == .cancelled || error is CancellationError)
    }

    private static func write(_ key: Int, _ redis: RedisClient, _ writes: Writes) async throws {
        try await redis.set("s:\(key)", to: "\(writes.nextVersion(of: key))")
        writes.written(key)
    }

    /// One writer, so that versions are in order.
    ///
    /// Its pauses, as those of the harm, are what the promise is about, which is one of time: nothing is expected to have
    /// happened when one ends.
    private static func write(_ redis: RedisClient, _ writes: Writes) async throws {
        var random = SeededGenerator(seed: 7)
        while !Task.isCancelled {
            try await write(.random(in: 0..<keys, using: &random), redis, writes)
            try await Task.sleep(for: .milliseconds(.random(in: 0...40, using: &random)))
        }
    }

    private static func read(_ reader: Int, _ subject: CacheUnderTest, _ writes: Writes) async {
        var random = SeededGenerator(seed: UInt64(reader))
        while !Task.isCancelled {
            // A hit does not suspend: without this, readers would leave no thread to the others.
            await Task.yield()
            let key = Int.random(in: 0..<keys, using: &random)
            let begun = ContinuousClock.now
            guard let text = try? await subject.value("s:\(key)"), let version = Int(text) else { continue }
            // The next version was not there yet, or not for longer than the lease.
            guard let overwritten = writes.time(of: version + 1, key) else { continue }
            #expect(begun - overwritten < lease + turn)
        }
    }

    /// Does harm to the subscriber most of all, and holds replies back so that notices overtake them.
    private static func harm(_ proxy: FaultProxy, _ other: RedisClient) async throws {
        var random = SeededGenerator(seed: 42)
        for _ in 0..<30 {
            let kind = Int.random(in: 0..<6, using: &random)
            let delay = TimeAmount.milliseconds(.random(in: 1...60, using: &random))
            switch kind {
            case 0: _ = try await other.send(RedisCommand("CLIENT", "KILL", "TYPE", "pubsub"))
            case 1: try await proxy.cut()
            default:
                try await proxy.treat { passage in
                    guard passage.direction == .toClient else { return .none }
                    return switch (kind, passage.clientSent("SUBSCRIBE")) {
                    case (2, true): .paused
                    case (3, true): .delayed(delay)
                    case (4, false): .delayed(delay)
                    default: .none
                    }
                }
            }
            try await Task.sleep(for: .milliseconds(.random(in: 20...300, using: &random)))
        }
    }
}

import NIOCore
import RedisClient
import RedisServerFixture
import Synchronization
import Testing

/// Callers who miss the same key at the same time.
@Suite(.timeLimit(.minutes(1))) struct NearCacheFlightTests {
    /// A cache whose loads wait until the test lets them go.
    private struct Gated {
        let cache: NearCache<Int>
        let gate: Gate
    }

    private final class Gate: Sendable {
        private let state = Mutex((begun: 0, waiting: [Int: CheckedContinuation<Void, Never>]()))

        var begun: Int { state.withLock { $0.begun } }

        /// Waits to be released, or until the task is cancelled.
        func pass() async -> Int {
            let number = state.withLock { state in
                state.begun += 1
                return state.begun
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    state.withLock { $0.waiting[number] = continuation }
                    if Task.isCancelled { release(number) }
                }
            } onCancel: {
                release(number)
            }
            return number
        }

        func release(_ number: Int) {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }

    private func withGatedCache(_ body: (Gated, RedisClient) async throws -> Void) async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url) { redis, _ async throws in
                let gate = Gate()
                var configuration = NearCacheConfiguration(prefix: "")
                configuration.lease = .seconds(60)
                let cache = NearCache<Int>(client: redis, configuration: configuration) { key throws(RedisError) in
                    let number = await gate.pass()
                    // As a command does whose caller is cancelled, or whose key holds something else.
                    guard !Task.isCancelled, key != "wrong" else { return try await Self.wrongType(redis) }
                    return NearCacheFill(number, timeToLive: nil, byteCount: 8)
                }
                try await cache.connect()
                try await body(Gated(cache: cache, gate: gate), redis)
                await cache.shutdown()
            }
        }
    }

    private static func wrongType(_ redis: RedisClient) async throws(RedisError) -> NearCacheFill<Int>? {
        _ = try await redis.send(RedisCommand("NOSUCHCOMMAND"))
        return nil
    }

    @Test func `a hundred who miss at once cause one load`() async throws {
        try await withGatedCache { gated, _ in
            let readers = (0..<100).map { _ in Task { try await gated.cache.value(for: "k") } }
            try await until("all wait") { gated.cache.statistics.joins == 99 }
            gated.gate.release(1)
            for reader in readers { #expect(try await reader.value == 1) }
            #expect(gated.gate.begun == 1)
            #expect(try await gated.cache.value(for: "k") == 1)
        }
    }

    @Test func `who joined is cancelled alone, and when the loader is cancelled another takes over`() async throws {
        try await withGatedCache { gated, _ in
            let first = Task { try await gated.cache.value(for: "k") }
            try await until("it loads") { gated.gate.begun == 1 }
            let readers = (0..<20).map { _ in Task { try await gated.cache.value(for: "k") } }
            try await until("all wait") { gated.cache.statistics.joins == 20 }
            for reader in readers.prefix(10) {
                reader.cancel()
                let error = await redisFailure { _ = try await reader.value }
                #expect(error?.code == .cancelled)
            }
            #expect(gated.gate.begun == 1)
            first.cancel()
            #expect(await redisFailure { _ = try await first.value } != nil)
            try await until("another loads") { gated.gate.begun == 2 }
            gated.gate.release(2)
            for reader in readers.suffix(10) { #expect(try await reader.value == 2) }
            #expect(gated.gate.begun == 2)
        }
    }

    @Test func `an error is shared by those who wait and remembered by nobody`() async throws {
        try await withGatedCache { gated, _ in
            let readers = (0..<10).map { _ in Task { try await gated.cache.value(for: "wrong") } }
            try await until("all wait") { gated.cache.statistics.joins == 9 }
            gated.gate.release(1)
            for reader in readers {
                let error = await redisFailure { _ = try await reader.value }
                #expect(error?.code == .server)
            }
            let next = Task { try await gated.cache.value(for: "wrong") }
            try await until("it is loaded again") { gated.gate.begun == 2 }
            gated.gate.release(2)
            #expect(await redisFailure { _ = try await next.value } != nil)
        }
    }

    @Test func `who comes after a change does not join a load from before it`() async throws {
        try await withGatedCache { gated, redis in
            let early = Task { try await gated.cache.value(for: "k") }
            try await until("it loads") { gated.gate.begun == 1 }
            try await redis.set("k", to: "changed")
            try await until("the change is heard") { gated.cache.statistics.invalidations > 0 }
            let late = Task { try await gated.cache.value(for: "k") }
            try await until("it loads for itself") { gated.gate.begun == 2 }
            gated.gate.release(2)
            #expect(try await late.value == 2)
            gated.gate.release(1)
            #expect(try await early.value == 1)
            #expect(try await gated.cache.value(for: "k") == 2)
        }
    }
}

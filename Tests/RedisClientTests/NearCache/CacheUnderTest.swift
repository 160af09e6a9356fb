import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Synchronization
import Testing

/// A cache of texts that counts the values it reads from Redis.
final class CacheUnderTest: Sendable {
    let cache: NearCache<String>
    /// The client the cache loads with.
    let redis: RedisClient
    private let counter: Counter

    private final class Counter: Sendable {
        let count = Atomic<Int>(0)
    }

    init(_ redis: RedisClient, _ configuration: NearCacheConfiguration) {
        let counter = Counter()
        self.counter = counter
        self.redis = redis
        cache = NearCache(client: redis, configuration: configuration) { bytes in
            counter.count.add(1, ordering: .relaxed)
            return String(buffer: bytes)
        }
    }

    var loads: Int { counter.count.load(ordering: .relaxed) }

    func value(_ key: String) async throws -> String? { try await cache.value(for: key) }

    /// Reads until a read is answered from memory.
    func untilServed(_ key: String) async throws {
        try await until("a hit") {
            let before = cache.statistics.hits
            _ = try? await value(key)
            return cache.statistics.hits > before
        }
    }
}

extension NearCacheConfiguration {
    /// For a machine that may be busy; tests of time and of bounds set their own.
    static func patient(
        lease: Duration = .seconds(30), heartbeat: Duration = .seconds(10), maximumAge: Duration = .seconds(30),
        maximumEntries: Int = 100_000, maximumBytes: Int = 64 << 20
    ) -> Self {
        var configuration = Self(prefix: "s:")
        configuration.lease = lease
        configuration.heartbeat = heartbeat
        configuration.maximumAge = maximumAge
        configuration.maximumEntries = maximumEntries
        configuration.maximumBytes = maximumBytes
        return configuration
    }
}

/// Gives a test a cache that listens, on a client of its own.
func withCache<Result>(
    _ url: String, configuration: NearCacheConfiguration = .patient(),
    _ body: (CacheUnderTest) async throws -> Result
) async throws -> Result {
    try await withClient(url) { redis, _ async throws in
        let subject = CacheUnderTest(redis, configuration)
        do {
            try await subject.cache.connect()
            let result = try await body(subject)
            await subject.cache.shutdown()
            return result
        } catch {
            await subject.cache.shutdown()
            throw error
        }
    }
}

/// Gives a test a server, a cache in front of it, and a client of someone else.
func withCachedServer(
    arguments: [String] = [], configuration: NearCacheConfiguration = .patient(),
    _ body: (CacheUnderTest, RedisClient, RedisServer) async throws -> Void
) async throws {
    try await withRedisServer(arguments: arguments) { server async throws in
        try await withClient(server.url, loops: 1) { other, _ async throws in
            try await withCache(server.url, configuration: configuration) { subject async throws in
                try await body(subject, other, server)
            }
        }
    }
}

/// The Redis error an operation ends with.
func redisFailure(_ body: () async throws -> Void) async -> RedisError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? RedisError
    }
}

import NIOCore
import RedisServerFixture
import Testing

@testable import RedisClient

/// The cache where the server that tells of changes may become another one.
@Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: RedisServer.isAvailable)) struct NearCacheTopologyTests {
    /// A cache of all keys.
    private func withAnyKeyCache(_ url: String, _ body: (CacheUnderTest) async throws -> Void) async throws {
        var configuration = NearCacheConfiguration.patient(lease: .seconds(3), heartbeat: .seconds(1))
        configuration.prefix = ""
        try await withCache(url, configuration: configuration, body)
    }

    @Test func `keys of every primary are served from memory, and changes heard from each`() async throws {
        try await withRedisCluster { cluster async throws in
            try await withClient(cluster.url, loops: 1) { other, _ async throws in
                try await withAnyKeyCache(cluster.url) { subject async throws in
                    let keys = (0..<60).map { "k\($0)" }
                    for key in keys { try await other.set(key, to: "old") }
                    for key in keys { try await subject.untilServed(key) }
                    #expect(subject.cache.statistics.isLive)
                    for key in keys { try await other.set(key, to: "new") }
                    for key in keys { try await until("the change") { try await subject.value(key) == "new" } }
                    // Of one server, and of its share.
                    try cluster.primaries[1].ask("FLUSHALL")
                    for key in keys {
                        let expected = try await other.get(key, as: String.self)
                        try await until("the flush") { try await subject.value(key) == expected }
                    }
                }
            }
        }
    }

    @Test func `a primary that dies takes its share and no more`() async throws {
        try await withRedisCluster { cluster async throws in
            try await withAnyKeyCache(cluster.url) { subject async throws in
                let keys = (0..<60).map { "k\($0)" }
                for key in keys { try await subject.redis.set(key, to: "a") }
                for key in keys { try await subject.untilServed(key) }
                let dead = cluster.primaries[0].port
                let lost = try keys.filter { try cluster.owner(of: Int(HashSlot(of: $0).number))?.port == dead }
                #expect(!lost.isEmpty && lost.count < keys.count)
                cluster.primaries[0].kill()
                try await until("it is noticed") { !subject.cache.statistics.isLive }
                for key in lost { #expect(await redisFailure { _ = try await subject.value(key) } != nil) }
                for key in keys where !lost.contains(key) { try await subject.untilServed(key) }
            }
        }
    }

    @Test func `a value from a node that is not known to serve the key is given but not kept`() async throws {
        try await withRedisCluster { cluster async throws in
            try await withAnyKeyCache(cluster.url) { subject async throws in
                let slot = 42
                let key = try keys(in: #require(HashSlot(number: slot)), count: 1)[0]
                let (source, target) = (cluster.primaries[0], cluster.primaries[1])
                try await subject.redis.set(key, to: "a")
                try await subject.untilServed(key)
                let before = subject.cache.statistics
                try cluster.beginMove(of: slot, from: source, to: target)
                try cluster.moveKeys(in: slot, from: source, to: target)
                try await until("the key is gone from the source") {
                    subject.cache.statistics.invalidations > before.invalidations
                }
                let hits = subject.cache.statistics.hits
                for _ in 0..<5 { #expect(try await subject.value(key) == "a") }
                #expect(subject.cache.statistics.hits == hits)
                try cluster.endMove(of: slot, from: source, to: target)
                try await subject.untilServed(key)
                try await subject.redis.set(key, to: "b")
                try await until("the change") { try await subject.value(key) == "b" }
            }
        }
    }

    @Test func `after a failover of a cluster's primary the new one is heard`() async throws {
        try await withRedisCluster(replicas: 1) { cluster async throws in
            try await withClient(cluster.url, loops: 1) { other, _ async throws in
                try await withAnyKeyCache(cluster.url) { subject async throws in
                    try await subject.redis.set("k", to: "old")
                    try await subject.untilServed("k")
                    let slot = Int(HashSlot(of: "k").number)
                    let place = try #require(
                        cluster.primaries.firstIndex {
                            try cluster.owner(of: slot)?.port == $0.port
                        })
                    try cluster.failOver(to: cluster.replicas[place])
                    try await until("the new primary writes") {
                        await redisFailure { try await other.set("k", to: "new") } == nil
                    }
                    // The cache's own client learns of it by a redirection.
                    try await subject.redis.set("l{k}", to: "x")
                    try await until("the new value") { (try? await subject.value("k")) == "new" }
                    try await until("the new primary is heard") {
                        try cluster.replicas[place].ask("CLIENT", "LIST", "TYPE", "pubsub").string.contains("flags=PtB")
                    }
                    try await subject.untilServed("k")
                    try await other.set("k", to: "newer")
                    try await until("the change") { try await subject.value("k") == "newer" }
                }
            }
        }
    }

    @Test func `after a failover by Sentinels cache and subscriptions leave the old master, which lives on`()
        async throws
    {
        let set = try SentinelSet()
        defer { set.stop() }
        try await until("the Sentinels know each other") { set.isComplete }
        try await withAnyKeyCache(set.url()) { subject async throws in
            try await subject.redis.set("k", to: "old")
            try await subject.untilServed("k")
            try await subject.redis.withSubscription(to: ["news"]) { events async throws in
                try set.sentinels[1].ask("SENTINEL", "FAILOVER", SentinelSet.name)
                var iterator = events.makeAsyncIterator()
                #expect(try await iterator.next() == .interrupted)
                #expect(try await iterator.next() == .resumed)
                try await until("the new master writes") {
                    await redisFailure { try await subject.redis.set("k", to: "new") } == nil
                }
                try await until("the new value") { (try? await subject.value("k")) == "new" }
                try await until("the new master is heard") {
                    try set.servers[1].ask("CLIENT", "LIST", "TYPE", "pubsub").string.contains("flags=PtB")
                }
                #expect(
                    try set.servers[0].ask("CLIENT", "LIST", "TYPE", "pubsub").string.contains("flags=PtB") == false)
                try await subject.untilServed("k")
                try await until("every loop is at the new master") {
                    await redisFailure { try await subject.redis.publish("x", to: "news") } == nil
                }
                #expect(
                    try await iterator.next()
                        == .message(RedisMessage(channel: "news", payload: ByteBuffer(string: "x"))))
            }
        }
    }

    @Test func `subscriptions of a cluster find another node when theirs dies`() async throws {
        try await withRedisCluster { cluster async throws in
            try await withClient(cluster.url, loops: 1) { redis, _ async throws in
                try await redis.withSubscription(to: ["news"]) { events async throws in
                    let own = try #require(
                        try cluster.primaries.first {
                            try $0.ask("PUBSUB", "NUMSUB", "news") == .list([.text("news"), .number(1)])
                        })
                    own.kill()
                    var iterator = events.makeAsyncIterator()
                    #expect(try await iterator.next() == .interrupted)
                    #expect(try await iterator.next() == .resumed)
                    let other = try #require(cluster.primaries.first { $0.port != own.port })
                    _ = try other.ask("PUBLISH", "news", "x")
                    #expect(
                        try await iterator.next()
                            == .message(RedisMessage(channel: "news", payload: ByteBuffer(string: "x"))))
                }
            }
        }
    }
}

import NIOCore
import RedisClient
import RedisServerFixture
import Testing

/// No stale answer, whatever happens to the connection that tells of changes.
@Suite(.serialized, .timeLimit(.minutes(2))) struct NearCacheFaultTests {
    private let lease = Duration.milliseconds(1_500)

    /// A cache behind a proxy, and a client of someone else with a way of its own.
    private func withProxiedCache(
        lease: Duration, heartbeat: Duration,
        _ body: (CacheUnderTest, RedisClient, FaultProxy, RedisServer) async throws -> Void
    ) async throws {
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                try await withClient(server.url, loops: 1) { other, _ async throws in
                    let configuration = NearCacheConfiguration.patient(lease: lease, heartbeat: heartbeat)
                    try await withCache(proxy.url, configuration: configuration) { subject async throws in
                        try await body(subject, other, proxy, server)
                    }
                }
            }
        }
    }

    /// Reads until the new value is seen; each read of the old one must have begun within the lease.
    private func expectFreshness(
        _ subject: CacheUnderTest, _ key: String, _ new: String, since start: ContinuousClock.Instant
    ) async throws {
        try await until("the new value") {
            let begun = ContinuousClock.now
            if try await subject.value(key) == new { return true }
            #expect(begun - start < lease)
            return false
        }
    }

    @Test(arguments: [Treatment.paused, .blackhole])
    func `a subscriber that hears nothing more stops serving at the lease`(treatment: Treatment) async throws {
        // A heartbeat so rare that the lease alone is at work.
        try await withProxiedCache(lease: lease, heartbeat: .seconds(20)) { subject, other, proxy, _ in
            try await other.set("s:1", to: "old")
            try await subject.untilServed("s:1")
            try await proxy.treat { $0.direction == .toClient && $0.clientSent("SUBSCRIBE") ? treatment : .none }
            let start = ContinuousClock.now
            try await other.set("s:1", to: "new")
            try await expectFreshness(subject, "s:1", "new", since: start)
            #expect(!subject.cache.statistics.isLive)
        }
    }

    @Test func `a cable that is pulled is noticed by the heartbeat, and the cache comes back`() async throws {
        try await withProxiedCache(lease: .seconds(3), heartbeat: .milliseconds(300)) { subject, other, proxy, _ in
            try await other.set("s:1", to: "old")
            try await subject.untilServed("s:1")
            let epoch = subject.cache.statistics.epochChanges
            try await proxy.treat { [taken = proxy.connectionCount] in
                $0.connection < taken && $0.clientSent("SUBSCRIBE") ? .blackhole : .none
            }
            try await other.set("s:1", to: "new")
            try await until("it is noticed and repaired") {
                subject.cache.statistics.epochChanges >= epoch + 2 && subject.cache.statistics.isLive
            }
            #expect(try await subject.value("s:1") == "new")
            try await subject.untilServed("s:1")
        }
    }

    @Test func `a subscriber killed while others live serves nothing old and comes back`() async throws {
        try await withCachedServer { subject, other, _ in
            for turn in 0..<4 {
                try await other.set("s:1", to: "old\(turn)")
                try await until("it is cached") {
                    let before = subject.cache.statistics.hits
                    return try await subject.value("s:1") == "old\(turn)" && subject.cache.statistics.hits > before
                }
                let epoch = subject.cache.statistics.epochChanges
                _ = try await other.send(RedisCommand("CLIENT", "KILL", "TYPE", "pubsub"))
                try await other.set("s:1", to: "new\(turn)")
                try await until("it is noticed") { subject.cache.statistics.epochChanges > epoch }
                #expect(try await subject.value("s:1") == "new\(turn)")
                try await until("it is back") { subject.cache.statistics.isLive }
                #expect(try await subject.value("s:1") == "new\(turn)")
            }
        }
    }

    @Test func `a subscriber that lags is cut off by the server and forgets everything`() async throws {
        try await withProxiedCache(lease: .seconds(60), heartbeat: .seconds(50)) { subject, other, proxy, _ in
            try await other.configure("client-output-buffer-limit", "pubsub 1mb 1mb 1")
            try await other.set("s:1", to: "old")
            try await subject.untilServed("s:1")
            let epoch = subject.cache.statistics.epochChanges
            try await proxy.treat { $0.direction == .toClient && $0.clientSent("SUBSCRIBE") ? .paused : .none }
            let padding = String(repeating: "x", count: 100_000)
            try await until("the server has had enough") {
                try await other.set("s:\(padding)", to: "")
                return try await other.send(RedisCommand("CLIENT", "LIST", "TYPE", "pubsub")) == .bulk(ByteBuffer())
            }
            try await other.set("s:1", to: "new")
            try await proxy.treatAll(as: .none)
            try await until("it is noticed") { subject.cache.statistics.epochChanges > epoch }
            #expect(try await subject.value("s:1") == "new")
            try await subject.untilServed("s:1")
        }
    }

    @Test func `a server that is stopped ends all answers from memory at the lease`() async throws {
        try await withProxiedCache(lease: lease, heartbeat: .milliseconds(500)) { subject, other, _, server in
            try await other.set("s:1", to: "a")
            try await subject.untilServed("s:1")
            server.pause()
            defer { server.resume() }
            let start = ContinuousClock.now
            try await until("no more hits") {
                let begun = ContinuousClock.now
                let hits = subject.cache.statistics.hits
                let reading = Task { try await subject.value("s:1") }
                if begun - start > lease { reading.cancel() }
                _ = try? await reading.value
                guard subject.cache.statistics.hits > hits else { return true }
                #expect(begun - start < lease)
                return false
            }
            server.resume()
            try await subject.untilServed("s:1")
        }
    }

    @Test func `a server that comes back empty leaves nothing to be served`() async throws {
        try await withCachedServer { subject, other, server in
            try await other.set("s:1", to: "a")
            try await subject.untilServed("s:1")
            let epoch = subject.cache.statistics.epochChanges
            try server.restart()
            try await until("it is noticed") { subject.cache.statistics.epochChanges > epoch }
            try await until("Redis is read again") {
                await redisFailure {
                    let value = try await subject.value("s:1")
                    #expect(value == nil)
                } == nil
            }
            try await untilAnswered(other)
            try await other.set("s:1", to: "b")
            try await subject.untilServed("s:1")
            #expect(try await subject.value("s:1") == "b")
        }
    }

    @Test func `a reply that was overtaken by the notice of a change is given but not kept`() async throws {
        try await withProxiedCache(lease: .seconds(60), heartbeat: .seconds(50)) { subject, other, proxy, _ in
            try await subject.redis.connect()
            for turn in 0..<20 {
                let key = "s:\(turn)"
                try await other.set(key, to: "v1")
                // Each loop's data connection, but not the subscriber.
                try await proxy.treat { $0.direction == .toClient && !$0.clientSent("SUBSCRIBE") ? .paused : .none }
                let heard = subject.cache.statistics.invalidations
                let gets = try await other.commandCount("get")
                let reading = Task { try await subject.value(key) }
                try await until("the server has answered") { try await other.commandCount("get") > gets }
                try await other.set(key, to: "v2")
                try await until("the change is heard") { subject.cache.statistics.invalidations > heard }
                try await proxy.treatAll(as: .none)
                _ = try await reading.value
                #expect(try await subject.value(key) == "v2")
                #expect(try await subject.value(key) == "v2")
            }
        }
    }
}

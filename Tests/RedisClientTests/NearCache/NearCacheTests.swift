import NIOCore
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct NearCacheTests {
    @Test func `a value is read once and then served from memory`() async throws {
        try await withCachedServer { subject, other, _ in
            try await other.set("s:1", to: "a")
            for _ in 0..<10 { #expect(try await subject.value("s:1") == "a") }
            #expect(subject.loads == 1)
            let statistics = subject.cache.statistics
            #expect(statistics.hits == 9 && statistics.misses == 1 && statistics.entries == 1 && statistics.isLive)
        }
    }

    /// What another client may do to `s:1`, which holds "a".
    static let changes: [[RedisArgument]] = [
        ["SET", "s:1", "b"], ["SET", "s:1", "a"], ["APPEND", "s:1", "b"], ["DEL", "s:1"], ["UNLINK", "s:1"],
        ["EXPIRE", "s:1", 100], ["PERSIST", "s:1"], ["GETEX", "s:1", "EX", 100], ["RENAME", "s:2", "s:1"],
        ["RENAME", "s:1", "s:3"], ["EVAL", "return redis.call('SET', KEYS[1], 'c')", 1, "s:1"], ["FLUSHALL"],
        ["FLUSHDB"], ["GETDEL", "s:1"], ["COPY", "s:2", "s:1", "REPLACE"],
    ]

    @Test(arguments: changes)
    func `whatever changes the key elsewhere is seen here`(change: [RedisArgument]) async throws {
        try await withCachedServer { subject, other, _ in
            try await other.set("s:1", to: "a", expiry: .seconds(1_000))
            try await other.set("s:2", to: "z")
            #expect(try await subject.value("s:1") == "a")
            // Heard before the value is read, or the count below would be of something else.
            try await subject.untilServed("s:1")
            let before = subject.loads
            guard case .string(let name) = change[0] else { return }
            _ = try await other.send(RedisCommand(name, arguments: Array(change.dropFirst())))
            try await until("the key is read again") {
                _ = try await subject.value("s:1")
                return subject.cache.statistics.entries == 0 || subject.loads > before
            }
            #expect(try await subject.value("s:1") == (try await other.get("s:1")).map { String(buffer: $0) })
        }
    }

    @Test func `a key that expired is not served though the server has not removed it`() async throws {
        try await withCachedServer { subject, other, _ in
            _ = try await other.send(RedisCommand("DEBUG", "SET-ACTIVE-EXPIRE", 0))
            try await other.set("s:1", to: "a", expiry: .milliseconds(500))
            let set = ContinuousClock.now
            try await until("the value is gone") {
                let start = ContinuousClock.now
                guard try await subject.value("s:1") != nil else { return true }
                // Redis counts in whole milliseconds.
                #expect(start - set < .milliseconds(505))
                return false
            }
        }
    }

    @Test func `a key the server evicts is not served`() async throws {
        try await withCachedServer(arguments: ["--maxmemory-policy", "allkeys-lru"]) { subject, other, _ in
            try await other.set("s:1", to: "a")
            #expect(try await subject.value("s:1") == "a")
            let used = try #require(try await other.info("used_memory"))
            try await other.configure("maxmemory", "\(used + 300_000)")
            var turn = 0
            try await until("the server has no more room") {
                for _ in 0..<50 {
                    turn += 1
                    try await other.set("filler:\(turn)", to: String(repeating: "x", count: 1_000))
                }
                return try await other.send(RedisCommand("EXISTS", "s:1")) == .integer(0)
            }
            try await until("the key is gone here as well") { try await subject.value("s:1") == nil }
        }
    }

    @Test func `an invalidation that someone published is not believed`() async throws {
        try await withCachedServer { subject, other, _ in
            try await other.set("s:1", to: "a")
            try await subject.untilServed("s:1")
            let loads = subject.loads
            let epoch = subject.cache.statistics.epochChanges
            for forged in ["s:1", "", "*1\r\n$3\r\ns:1\r\n"] {
                #expect(try await other.publish(forged, to: "__redis__:invalidate") == 1)
            }
            // Follows the forged ones on the same connection.
            let heard = subject.cache.statistics.invalidations
            try await other.set("s:2", to: "x")
            try await until("the real one") { subject.cache.statistics.invalidations > heard }
            #expect(try await subject.value("s:1") == "a")
            #expect(subject.loads == loads && subject.cache.statistics.epochChanges == epoch)
        }
    }

    @Test func `a user who may not subscribe is told so, and reads from Redis`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1) { admin, _ async throws in
                let users = [
                    ("nochannel", ["~*", "+@all", "resetchannels"]),
                    ("noclient", ["~*", "&*", "+get", "+pttl", "+ping"]),
                ]
                for (name, rules) in users {
                    let words = ["SETUSER", name, "on", ">pw"] + rules
                    _ = try await admin.send(RedisCommand("ACL", arguments: words.map { .string($0) }))
                    try await admin.set("s:1", to: "a")
                    let url = "redis://\(name):pw@127.0.0.1:\(server.port)"
                    try await withClient(url, loops: 1) { redis, _ async throws in
                        let subject = CacheUnderTest(redis, NearCacheConfiguration(prefix: "s:"))
                        let error = await redisFailure { try await subject.cache.connect() }
                        #expect(error?.code == .server && error?.serverError == .noPermission)
                        #expect(try await subject.value("s:1") == "a")
                        try await admin.set("s:1", to: "b")
                        #expect(try await subject.value("s:1") == "b")
                        #expect(subject.cache.statistics.hits == 0 && !subject.cache.statistics.isLive)
                        await subject.cache.shutdown()
                    }
                }
            }
        }
    }

    @Test func `keys of another prefix, missing keys and sensitive reads go to Redis each time`() async throws {
        try await withCachedServer { subject, other, _ in
            try await other.set("t:1", to: "a")
            try await other.set("s:1", to: "a")
            for _ in 0..<3 {
                #expect(try await subject.value("t:1") == "a")
                #expect(try await subject.value("s:none") == nil)
                #expect(try await subject.cache.freshValue(for: "s:1") == "a")
            }
            #expect(subject.loads == 6)
            #expect(subject.cache.statistics.misses == 6)
            #expect(subject.cache.statistics.entries == 0)
        }
    }

    @Test func `a process reads what it wrote`() async throws {
        try await withCachedServer { subject, _, _ in
            for turn in 0..<300 {
                // Another reader of this process may fill the cache at the worst moment.
                async let disturbance = subject.value("s:1")
                try await subject.cache.changing(["s:1"]) { try await subject.redis.set("s:1", to: "\(turn)") }
                #expect(try await subject.value("s:1") == "\(turn)")
                _ = try await disturbance
                #expect(try await subject.value("s:1") == "\(turn)")
            }
        }
    }

    @Test func `an entry is read again after its greatest age, expiry or not`() async throws {
        try await withCachedServer(configuration: .patient(maximumAge: .milliseconds(100))) { subject, other, _ in
            try await other.set("s:1", to: "a")
            #expect(try await subject.value("s:1") == "a")
            try await until("it is read again") {
                _ = try await subject.value("s:1")
                return subject.loads == 2
            }
            #expect(subject.cache.statistics.invalidations <= 1)
        }
    }

    @Test func `the bounds of entries and bytes hold`() async throws {
        try await withCachedServer(configuration: .patient(maximumEntries: 200, maximumBytes: 60_000)) {
            subject, other, _ in
            for index in 0..<1_000 {
                try await other.set("s:\(index)", to: String(repeating: "x", count: index % 500))
                _ = try await subject.value("s:\(index)")
            }
            let statistics = subject.cache.statistics
            #expect(statistics.entries <= 200 && statistics.bytes <= 60_000 && statistics.entries > 20)
        }
    }

    @Test func `after shutdown every read goes to Redis`() async throws {
        try await withCachedServer { subject, other, _ in
            try await other.set("s:1", to: "a")
            #expect(try await subject.value("s:1") == "a")
            await subject.cache.shutdown()
            await subject.cache.shutdown()
            let error = await redisFailure { try await subject.cache.connect() }
            #expect(error?.code == .shutdown)
            try await other.set("s:1", to: "b")
            #expect(try await subject.value("s:1") == "b")
            #expect(subject.cache.statistics.hits == 0)
            #expect(try await other.info("pubsub_clients") ?? 0 == 0)
        }
    }
}

import NIOCore
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct BatchedRateLimitTests {
    /// So slow that nothing drips in while a test runs.
    private let limit = RedisRateLimiter.Limit(hits: 40, per: .seconds(86_400))

    @Test func `one node lets pass exactly the limit, and tells Redis of a batch at once`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis, _ async throws in
                let limiter = RedisRateLimiter(redis: redis, outagePolicy: .closed)
                var counters: [RedisRateLimiter.Decision.Counter] = []
                for _ in 0..<60 {
                    let decision = try await limiter.hit("k", limit: limit, reportingEvery: 5)
                    if decision.isAllowed { counters.append(decision.counter) }
                    #expect(decision.isAllowed == (decision.retryAfter == .zero))
                }
                #expect(counters.count == 40)
                #expect(counters.enumerated().allSatisfy { ($1 == .redis) == (($0 + 1) % 5 == 0) })
            }
        }
    }

    @Test func `several nodes pass the limit by less than a batch each`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { first, _ async throws in
                try await withClient(server.url) { second, _ async throws in
                    let limiters = [first, second].map { RedisRateLimiter(redis: $0, outagePolicy: .closed) }
                    let passed = try await withThrowingTaskGroup(of: Bool.self) { group in
                        for number in 0..<400 {
                            group.addTask {
                                try await limiters[number % 2].hit("k", limit: limit, reportingEvery: 5).isAllowed
                            }
                        }
                        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                    }
                    #expect((40...48).contains(passed))
                }
            }
        }
    }

    @Test func `a batch of one asks Redis for each hit`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis, _ async throws in
                let limiter = RedisRateLimiter(redis: redis, outagePolicy: .closed)
                for _ in 0..<3 {
                    #expect(try await limiter.hit("k", limit: limit, reportingEvery: 1).counter == .redis)
                }
                #expect(try await limiter.hit("k", limit: limit).remaining == 36)
            }
        }
    }

    @Test func `what Redis rejected is rejected here until it would pass`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis, _ async throws in
                let other = RedisRateLimiter(redis: redis, outagePolicy: .closed)
                for _ in 0..<40 { _ = try await other.hit("k", limit: limit) }
                let limiter = RedisRateLimiter(redis: redis, outagePolicy: .closed)
                var decisions: [RedisRateLimiter.Decision] = []
                for _ in 0..<8 { decisions.append(try await limiter.hit("k", limit: limit, reportingEvery: 5)) }
                #expect(decisions.map(\.isAllowed) == [true, true, true, true, false, false, false, false])
                #expect(decisions.map(\.counter) == [.local, .local, .local, .local, .redis, .local, .local, .local])
                #expect(decisions.suffix(3).allSatisfy { $0.retryAfter > .seconds(60) })
            }
        }
    }

    @Test(arguments: [RedisRateLimiter.OutagePolicy.closed, .open])
    func `without Redis a batch goes on, and then the policy decides`(
        _ policy: RedisRateLimiter.OutagePolicy
    ) async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis, _ async throws in
                let limiter = RedisRateLimiter(redis: redis, outagePolicy: policy)
                await redis.shutdown()
                for _ in 0..<4 {
                    #expect(try await limiter.hit("k", limit: limit, reportingEvery: 5).isAllowed)
                }
                for _ in 0..<3 {
                    if policy == .open {
                        #expect(try await limiter.hit("k", limit: limit, reportingEvery: 5).isAllowed)
                    } else {
                        await #expect(throws: RedisError.self) {
                            try await limiter.hit("k", limit: limit, reportingEvery: 5)
                        }
                    }
                }
            }
        }
    }

    @Test func `hits of which nothing can be left in Redis are never reported, all others are`() {
        let buckets = LocalBuckets(maximumCount: 8)
        let algorithm = GCRA(.init(hits: 10, per: .seconds(10)))
        func admit(at seconds: Int64) -> LocalBuckets.Admission {
            buckets.admit("k", algorithm, batch: 3, at: .uptimeNanoseconds(UInt64(seconds) * 1_000_000_000))
        }
        // The bucket here is empty in between, the one of all nodes may not be.
        #expect([admit(at: 1), admit(at: 3), admit(at: 13)] == [.allowed, .allowed, .due(hits: 3)])
        buckets.settle("k", algorithm, hits: 3, isCounted: true)
        #expect([admit(at: 20), admit(at: 20)] == [.allowed, .allowed])
        #expect([admit(at: 32), admit(at: 32), admit(at: 32)] == [.allowed, .allowed, .due(hits: 3)])
        // One that was due and came to nothing is taken back, those before it are due again with the next.
        #expect(admit(at: 32) == .due(hits: 1), "a report is under way")
        buckets.settle("k", algorithm, hits: 1, isCounted: true)
        buckets.settle("k", algorithm, hits: 3, isCounted: false)
        #expect(admit(at: 32) == .due(hits: 3))
    }

    @Test func `nodes that are hit steadily, each within the limit, keep it together`() {
        let nodes = (0..<4).map { _ in LocalBuckets(maximumCount: 8) }
        let algorithm = GCRA(.init(hits: 10, per: .seconds(10)))
        var emptyAtInRedis: Int64 = 0
        var passed = 0
        for second in Int64(1)...60 {
            let time = NIODeadline.uptimeNanoseconds(UInt64(second) * 1_000_000_000)
            for node in nodes {
                switch node.admit("k", algorithm, batch: 5, at: time) {
                case .rejected: break
                case .allowed: passed += 1
                case .due(let hits):
                    switch algorithm.decide(cost: hits, emptyAt: emptyAtInRedis, now: second * 1_000_000) {
                    case .allowed(let emptyAt):
                        emptyAtInRedis = emptyAt
                        passed += 1
                        node.settle("k", algorithm, hits: hits, isCounted: true)
                    case .rejected(let retryAfter):
                        node.settle("k", algorithm, hits: hits, isCounted: false)
                        node.close("k", for: retryAfter, at: time)
                    }
                }
            }
        }
        // A full bucket, what dripped in since, and of each node a batch less one that Redis has not heard of.
        #expect(passed <= 10 + 59 + 4 * 4)
        #expect(passed >= 60)
    }

    @Test func `a bucket with hits that Redis may miss is not dropped for being empty`() {
        let buckets = LocalBuckets(maximumCount: 4)
        let algorithm = GCRA(.init(hits: 10, per: .seconds(10)))
        func admit(_ key: String, at seconds: Int64) -> LocalBuckets.Admission {
            buckets.admit(key, algorithm, batch: 2, at: .uptimeNanoseconds(UInt64(seconds) * 1_000_000_000))
        }
        // Reported, so these two are over as soon as they are empty.
        for key in ["a", "b"] {
            #expect([admit(key, at: 1), admit(key, at: 1)] == [.allowed, .due(hits: 2)])
            buckets.settle(key, algorithm, hits: 2, isCounted: true)
        }
        #expect([admit("c", at: 1), admit("d", at: 1)] == [.allowed, .allowed])
        #expect(admit("e", at: 5) == .allowed)
        #expect(buckets.count == 3)
        #expect([admit("c", at: 5), admit("d", at: 5)] == [.due(hits: 2), .due(hits: 2)])
    }
}

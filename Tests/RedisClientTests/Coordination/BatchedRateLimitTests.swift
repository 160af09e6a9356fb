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

    @Test func `hits before the bucket was empty are never reported`() {
        let buckets = LocalBuckets(maximumCount: 8)
        let algorithm = GCRA(.init(hits: 10, per: .seconds(10)))
        func admit(at seconds: Int64) -> LocalBuckets.Admission {
            buckets.admit("k", algorithm, batch: 3, at: .uptimeNanoseconds(UInt64(seconds) * 1_000_000_000))
        }
        #expect([admit(at: 1), admit(at: 1)] == [.allowed, .allowed])
        #expect([admit(at: 3), admit(at: 3), admit(at: 3)] == [.allowed, .allowed, .due(hits: 3)])
        // One that was due and came to nothing is taken back, those before it are due again with the next.
        #expect(admit(at: 3) == .due(hits: 1), "a report is under way")
        buckets.settle("k", algorithm, hits: 1, isCounted: true)
        buckets.settle("k", algorithm, hits: 3, isCounted: false)
        #expect(admit(at: 3) == .due(hits: 3))
    }
}

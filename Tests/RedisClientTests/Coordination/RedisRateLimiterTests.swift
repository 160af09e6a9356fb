import NIOCore
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct RedisRateLimiterTests {
    /// So slow that nothing drips in while a test runs.
    private let limit = RedisRateLimiter.Limit(hits: 5, per: .seconds(86_400))

    @Test func `hits at once on two nodes pass up to the limit, and no further`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { first, _ async throws in
                try await withClient(server.url) { second, _ in
                    let limiters = [first, second].map { RedisRateLimiter(redis: $0, outagePolicy: .closed) }
                    let decisions = try await withThrowingTaskGroup(of: RedisRateLimiter.Decision.self) { group in
                        for number in 0..<200 {
                            group.addTask { try await limiters[number % 2].hit("k", limit: limit) }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(decisions.filter(\.isAllowed).count == 5)
                    #expect(decisions.filter(\.isAllowed).map(\.remaining).sorted() == [0, 1, 2, 3, 4])
                    #expect(decisions.allSatisfy { $0.isAllowed == ($0.retryAfter == .zero) })
                }
            }
        }
    }

    @Test func `a rejected hit passes once the time it was told is over`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis, _ async throws in
                let limiter = RedisRateLimiter(redis: redis, outagePolicy: .closed)
                let limit = RedisRateLimiter.Limit(hits: 20, per: .seconds(1), burst: 1)
                #expect(try await limiter.hit("k", limit: limit).isAllowed)
                let first = try await limiter.hit("k", limit: limit)
                let told = ContinuousClock.now
                #expect(!first.isAllowed && first.retryAfter > .zero && first.retryAfter <= .milliseconds(50))
                var decision = first
                while !decision.isAllowed {
                    #expect(decision.retryAfter > .zero && decision.retryAfter <= .milliseconds(50))
                    try Task.checkCancellation()
                    await Task.yield()
                    decision = try await limiter.hit("k", limit: limit)
                }
                // Told a round trip after Redis looked at its clock, which is less than half of the interval.
                #expect(ContinuousClock.now - told > first.retryAfter - .milliseconds(25))
                #expect(decision.counter == .redis)
            }
        }
    }

    @Test func `the key in Redis ends with its bucket and holds the microsecond exactly`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis, _ async throws in
                let limiter = RedisRateLimiter(redis: redis, prefix: "p:", outagePolicy: .closed)
                _ = try await limiter.hit("k", limit: limit, cost: 3)
                let value = try #require(try await redis.get("p:k"))
                #expect(Int(String(buffer: value)) != nil && value.readableBytes == 16)
                guard case .expires(let left) = try await redis.timeToLive("p:k") else {
                    Issue.record("the key stays for ever")
                    return
                }
                #expect(left > .seconds(86_400 / 5 * 3 - 60) && left <= .seconds(86_400 / 5 * 3))
            }
        }
    }

    @Test func `a flood that is being rejected does not reach Redis`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis, _ async throws in
                let limiter = RedisRateLimiter(redis: redis, outagePolicy: .closed)
                for _ in 0..<1_000 { _ = try await limiter.hit("k", limit: limit) }
                guard case .bulk(let stats) = try await redis.send(RedisCommand("INFO", "commandstats")) else {
                    Issue.record("INFO answers a text")
                    return
                }
                let calls = String(buffer: stats).split(separator: "\r\n").first { $0.hasPrefix("cmdstat_evalsha:") }
                #expect(calls?.contains("calls=5,") == true)
            }
        }
    }

    @Test func `a dear hit that finds no room does not lock out a cheap one`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis, _ async throws in
                let limiter = RedisRateLimiter(redis: redis, outagePolicy: .closed)
                #expect(try await limiter.hit("k", limit: limit, cost: 3).isAllowed)
                #expect(try await !limiter.hit("k", limit: limit, cost: 3).isAllowed)
                #expect(try await limiter.hit("k", limit: limit, cost: 2).isAllowed)
            }
        }
    }

    @Test func `without Redis a closed limiter throws, and an open one counts by itself`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url, loops: 1) { redis, _ async throws in
                let closed = RedisRateLimiter(redis: redis, outagePolicy: .closed)
                let open = RedisRateLimiter(redis: redis, outagePolicy: .open)
                server.kill()
                let error = await failure { () async throws(RedisError) in try await closed.hit("k", limit: limit) }
                #expect(error != nil)
                var allowed = 0
                for _ in 0..<20 where try await open.hit("k", limit: limit).isAllowed { allowed += 1 }
                #expect(allowed == 5)
                try server.start()
                try await untilAnswered(redis)
                #expect(try await closed.hit("other", limit: limit).counter == .redis)
            }
        }
    }

    @Test func `a foreign value under its key is replaced, and a key of another kind is an error`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis, _ async throws in
                let limiter = RedisRateLimiter(redis: redis, outagePolicy: .closed)
                try await redis.set("rate:k", to: "hello")
                #expect(try await limiter.hit("k", limit: limit).isAllowed)
                _ = try await redis.send(RedisCommand("HSET", "rate:h", "a", "b"))
                let error = await failure { () async throws(RedisError) in try await limiter.hit("h", limit: limit) }
                #expect(error?.code == .server)
            }
        }
    }
}

import NIOCore
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct RedisLockTests {
    private func withLock(_ body: (RedisLock, RedisClient) async throws -> Void) async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis, _ async throws in
                try await body(RedisLock(redis: redis, name: "report"), redis)
            }
        }
    }

    private func lease(_ acquisition: RedisLock.Acquisition) -> RedisLock.Lease? {
        if case .acquired(let lease) = acquisition { lease } else { nil }
    }

    @Test func `of many who want it at once one holds it`() async throws {
        try await withLock { lock, _ async throws in
            let leases = try await withThrowingTaskGroup(of: RedisLock.Lease?.self) { group in
                for _ in 0..<100 {
                    group.addTask { lease(try await lock.acquire(for: .seconds(30))) }
                }
                return try await group.reduce(into: []) { if let lease = $1 { $0.append(lease) } }
            }
            #expect(leases.count == 1)
        }
    }

    @Test func `who does not get it is told for how long`() async throws {
        try await withLock { lock, _ async throws in
            _ = try await lock.acquire(for: .seconds(30))
            guard case .heldByAnother(let time) = try await lock.acquire(for: .seconds(1)) else {
                Issue.record("two hold it")
                return
            }
            #expect(time > .seconds(20) && time <= .seconds(30))
        }
    }

    @Test func `each lease has a larger fence than all before`() async throws {
        try await withLock { lock, _ async throws in
            var last = 0
            for _ in 0..<20 {
                let lease = try #require(lease(try await lock.acquire(for: .seconds(30))))
                #expect(lease.fence > last)
                last = lease.fence
                #expect(try await lock.release(lease))
            }
        }
    }

    @Test func `a lease that is over does not release the next holder's`() async throws {
        try await withLock { lock, redis async throws in
            let old = try #require(lease(try await lock.acquire(for: .milliseconds(1))))
            while try await redis.get("{report}:lock") != nil { await Task.yield() }
            #expect(old.remaining <= .zero)
            let new = try #require(lease(try await lock.acquire(for: .seconds(30))))
            #expect(try await !lock.release(old))
            #expect(try await lock.release(new))
            #expect(try await !lock.release(new))
        }
    }
}

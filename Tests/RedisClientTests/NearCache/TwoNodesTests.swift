import NIOCore
import RedisClient
import RedisServerFixture
import Testing

/// What one node deletes, another refuses.
@Suite(.serialized, .timeLimit(.minutes(1))) struct TwoNodesTests {
    private let rounds = 100

    @Test func `a key deleted on one node is refused on the other within 100 ms, under load`() async throws {
        try await withRedisServer { server async throws in
            try await withCache(server.url) { here async throws in
                try await withCache(server.url) { there async throws in
                    let delays = try await withThrowingTaskGroup(of: [Duration].self) { tasks in
                        for node in [here, there] {
                            for worker in 0..<16 { tasks.addTask { try await Self.load(node, worker) } }
                        }
                        tasks.addTask { try await measure(from: here, to: there) }
                        while let delays = try await tasks.next() {
                            guard delays.isEmpty else {
                                tasks.cancelAll()
                                return delays.sorted()
                            }
                        }
                        return []
                    }
                    #expect(delays.count == rounds)
                    #expect(delays[rounds * 9 / 10] < .milliseconds(100))
                    #expect(there.cache.statistics.hits > 100 && here.cache.statistics.hits > 100)
                }
            }
        }
    }

    /// Reads and now and then writes, until it is cancelled.
    private static func load(_ node: CacheUnderTest, _ worker: Int) async throws -> [Duration] {
        var turn = worker
        while !Task.isCancelled {
            turn += 1
            let key = "s:load:\(turn % 200)"
            do {
                let value = try await node.value(key)
                #expect(value == nil || value == key)
                if value == nil || turn.isMultiple(of: 50) {
                    try await node.redis.set(key, to: key, expiry: .seconds(100))
                }
            } catch let error as RedisError where error.code == .cancelled {
                break
            }
            // A hit does not suspend: without this, the load would leave no thread to the measurement.
            await Task.yield()
        }
        return []
    }

    /// Deletes keys on one node and measures how long the other one serves them after the reply.
    private func measure(from here: CacheUnderTest, to there: CacheUnderTest) async throws -> [Duration] {
        var delays: [Duration] = []
        for round in 0..<rounds {
            let key = "s:session:\(round)"
            try await here.redis.set(key, to: "x", expiry: .seconds(100))
            try await there.untilServed(key)
            try await here.cache.changing([key]) { try await here.redis.delete(key) }
            let deleted = ContinuousClock.now
            #expect(try await here.value(key) == nil)
            var begun = ContinuousClock.now
            while try await there.value(key) != nil { begun = .now }
            delays.append(begun - deleted)
        }
        return delays
    }
}

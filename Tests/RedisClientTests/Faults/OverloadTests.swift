import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct OverloadTests {
    /// Asks over and over from 100 tasks while the server stands still.
    private func flood(
        _ redis: RedisClient, on loop: OnLoop?, calls: Int, value: String
    ) async -> [RedisError.Code: Int] {
        await withTaskGroup(of: [RedisError.Code: Int].self) { tasks in
            for _ in 0..<100 {
                tasks.addTask(executorPreference: loop) {
                    var counts: [RedisError.Code: Int] = [:]
                    for _ in 0..<calls / 100 {
                        // Next to no time: the caller goes, its command stays.
                        let error = await failure { () async throws(RedisError) in
                            try await redis.set("k", to: value, timeout: .microseconds(10))
                        }
                        if let error {
                            #expect(error.code != .overloaded || !error.wasSent)
                            counts[error.code, default: 0] += 1
                        }
                    }
                    return counts
                }
            }
            return await tasks.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
    }

    @Test(arguments: [true, false])
    func `flood past the bounds: overloaded at once, and memory stays flat`(isOnLoop: Bool) async throws {
        let value = String(repeating: "x", count: 100)
        let settings: [Setting] = [.set(\.commandTimeout, .seconds(30)), .set(\.maximumInFlight, 1_000)]
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1, settings: settings) { redis, group async throws in
                try await redis.connect()
                server.pause()
                let loop = isOnLoop ? OnLoop(group.next()) : nil
                let calls = 20_000
                // Fills what there is to fill.
                _ = await flood(redis, on: loop, calls: calls, value: value)
                let memory = try residentBytes()
                let start = ContinuousClock.now
                let counts = await flood(redis, on: loop, calls: calls, value: value)
                #expect(counts == [.overloaded: calls])
                // A fraction of this on a quiet machine; one command's time would be 30 s.
                #expect((ContinuousClock.now - start) / calls < .milliseconds(1))
                #expect(try residentBytes() - memory < 16 * 1_024 * 1_024)
                server.resume()
                try await untilAnswered(redis)
            }
        }
    }

    @Test func `flood of bytes: what waits is bounded, and the rest is refused at once`() async throws {
        let value = String(repeating: "x", count: 256 * 1_024)
        let settings: [Setting] = [
            .set(\.commandTimeout, .seconds(30)), .set(\.maximumInFlight, 100_000),
            .set(\.maximumPendingBytes, 4 * 1_024 * 1_024),
        ]
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1, settings: settings) { redis, _ async throws in
                try await redis.connect()
                server.pause()
                let before = try residentBytes()
                // 500 MB are asked for.
                let counts = await flood(redis, on: nil, calls: 2_000, value: value)
                #expect(counts[.overloaded, default: 0] > 1_500)
                #expect(try residentBytes() - before < 64 * 1_024 * 1_024)
                server.resume()
                try await untilAnswered(redis)
            }
        }
    }
}

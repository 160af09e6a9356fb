import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct CancelStormTests {
    @Test func `cancel storm: 10,000 tasks cancelled at random points, and nobody gets another's answer`() async throws
    {
        let seed = UInt64.random(in: 0...(.max))
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                // Replies come in small pieces and a little later: there are many points to be cancelled at.
                try await proxy.treat(.toClient, as: Treatment(delay: .microseconds(200), pieceSize: 50))
                try await withClient(proxy.url, settings: [.set(\.commandTimeout, .seconds(20))]) {
                    redis, group async throws in
                    try await redis.connect()
                    let executors = group.makeIterator().map(OnLoop.init)
                    let tally = await withTaskGroup(of: CheckingCaller.Tally.self) { tasks in
                        for number in 0..<100 {
                            let executor = number.isMultiple(of: 3) ? nil : executors[number % executors.count]
                            tasks.addTask(executorPreference: executor) {
                                var caller = CheckingCaller(redis, number: number, seed: seed)
                                for turn in 0..<150 { _ = await caller.ask(isCancelled: turn % 3 != 0) }
                                return caller.tally
                            }
                        }
                        return await tasks.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
                    }
                    #expect(tally[.wrong] == nil, "seed \(seed)")
                    #expect(tally[.failed(.cancelled), default: 0] > 100, "seed \(seed)")
                    // Whoever was not cancelled was answered, over the connections there were at first.
                    let answered = tally[.right, default: 0] + tally[.missing, default: 0]
                    #expect(answered >= 5_000, "seed \(seed)")
                    #expect(answered + tally[.failed(.cancelled), default: 0] == 15_000, "seed \(seed)")
                    #expect(proxy.connectionCount == 2)
                }
            }
        }
    }
}

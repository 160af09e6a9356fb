import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct CancelStormTests {
    /// The second bound is so tight that most are refused, and cancelled while they hear of it.
    @Test(arguments: [2_048, 20])
    func `cancel storm: 10,000 tasks cancelled at random points, and nobody gets another's answer or cancellation`(
        maximumInFlight: Int
    ) async throws {
        let seed = UInt64.random(in: 0...(.max))
        let settings: [Setting] = [
            .set(\.commandTimeout, .seconds(20)), .set(\.maximumInFlight, maximumInFlight),
        ]
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                // Replies come in small pieces and a little later: there are many points to be cancelled at.
                try await proxy.treat(.toClient, as: Treatment(delay: .microseconds(200), pieceSize: 50))
                try await withClient(proxy.url, settings: settings) { redis, group async throws in
                    try await redis.connect()
                    let tally = await ask(redis, on: group, seed)
                    #expect(tally[.wrong] == nil, "seed \(seed)")
                    #expect(tally[.failed(.cancelled), default: 0] > 100, "seed \(seed)")
                    // Whoever was neither cancelled nor refused was answered, over the connections there were at first.
                    let outcomes: [Question.Outcome] = [
                        .right, .missing, .failed(.cancelled), .failed(.overloaded),
                    ]
                    #expect(outcomes.map { tally[$0, default: 0] }.reduce(0, +) == 15_000, "seed \(seed)")
                    #expect(maximumInFlight < 100 || tally[.failed(.overloaded)] == nil)
                    #expect(proxy.connectionCount == 2)
                }
            }
        }
    }

    /// Two of three questions are cancelled.
    private func ask(
        _ redis: RedisClient, on group: MultiThreadedEventLoopGroup, _ seed: UInt64
    ) async -> CheckingCaller.Tally {
        let executors = group.makeIterator().map(OnLoop.init)
        return await withTaskGroup(of: CheckingCaller.Tally.self) { tasks in
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
    }
}

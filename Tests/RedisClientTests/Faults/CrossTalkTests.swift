import Foundation
import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing

/// The promise that matters most: a reply reaches the caller it belongs to, or nobody.
@Suite(.timeLimit(.minutes(10))) struct CrossTalkTests {
    /// How many commands have to be answered; `REDIS_CROSS_TALK_COMMANDS` overrides it.
    private static let commands =
        ProcessInfo.processInfo.environment["REDIS_CROSS_TALK_COMMANDS"].flatMap { Int($0) } ?? 1_000_000
    /// `REDIS_CROSS_TALK_SEED` repeats the choices of another run, though not the order in which threads took turns.
    private static let seed =
        ProcessInfo.processInfo.environment["REDIS_CROSS_TALK_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...(.max))
    private static let callers = 192

    @Test func `no reply meets another caller under cancellations, time-outs, cuts and reconnects`() async throws {
        let seed = Self.seed
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                try await withClient(proxy.url, settings: Self.settings) { redis, group async throws in
                    try await redis.connect()
                    let progress = Progress(to: Self.commands, step: max(1, Self.commands / 60))
                    async let faults: Void = injectFaults(redis, proxy, server, progress, seed)
                    let start = ContinuousClock.now
                    let tally = await ask(redis, on: group, progress, seed)
                    await faults
                    print(
                        "\(tally) in \(ContinuousClock.now - start), \(proxy.connectionCount) connections, seed \(seed)"
                    )
                    #expect(tally[.wrong] == nil, "seed \(seed)")
                    #expect(tally[.right, default: 0] >= Self.commands, "seed \(seed)")
                    for code in [RedisError.Code.cancelled, .timeout, .connectionLost] {
                        #expect(tally[.failed(code), default: 0] > 0, "no command met \(code); seed \(seed)")
                    }
                }
            }
        }
    }

    private static var settings: [Setting] {
        [
            .set(\.commandTimeout, .milliseconds(250)), .set(\.backoffBase, .milliseconds(1)),
            .set(\.backoffCap, .milliseconds(20)),
        ]
    }

    /// Asks from tasks on the loops and off them, until enough was answered or one answer was wrong.
    private func ask(
        _ redis: RedisClient, on group: MultiThreadedEventLoopGroup, _ progress: Progress, _ seed: UInt64
    ) async -> CheckingCaller.Tally {
        let executors = group.makeIterator().map(OnLoop.init)
        return await withTaskGroup(of: CheckingCaller.Tally.self) { tasks in
            for number in 0..<Self.callers {
                let executor = number.isMultiple(of: 4) ? nil : executors[number % executors.count]
                tasks.addTask(executorPreference: executor) {
                    var caller = CheckingCaller(redis, number: number, seed: seed)
                    while !progress.isDone, !Task.isCancelled {
                        switch await caller.ask(hurry: 24) {
                        case .right: progress.add()
                        case .wrong: progress.giveUp()
                        case .failed(.connectFailed): await Task.yield()
                        default: break
                        }
                    }
                    return caller.tally
                }
            }
            return await tasks.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
    }

    /// Does some harm at each step of the progress.
    private func injectFaults(
        _ redis: RedisClient, _ proxy: FaultProxy, _ server: RedisServer, _ progress: Progress, _ seed: UInt64
    ) async {
        var random = SeededGenerator(seed: seed)
        for await _ in progress.steps {
            let known = proxy.connectionCount
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1: try? await proxy.cut()
            case 2, 3, 4:
                // Somewhere inside a frame, of one direction of the connections there are now.
                let bytes = Int.random(in: 1...50_000, using: &random)
                let direction = Bool.random(using: &random) ? Direction.toClient : .toServer
                try? await proxy.treat {
                    $0.connection < known && $0.direction == direction ? .cut(after: bytes) : .none
                }
            case 5:
                // Frames come in parts, yet fast enough for callers to be answered: the harm lasts until they are.
                let size = Int.random(in: 24...96, using: &random)
                try? await proxy.treat { _ in .pieces(of: size) }
            case 6:
                let delay = TimeAmount.milliseconds(.random(in: 1...4, using: &random))
                try? await proxy.treat { _ in .delayed(delay) }
            case 7: try? server.restart()
            case 8:
                // Now and then for longer than the stall limit.
                server.pause()
                _ = await failure {
                    [pause = Duration.milliseconds(.random(in: 10...700, using: &random))]
                    () async throws(RedisError) in try await redis.ping(timeout: pause)
                }
                server.resume()
            default: try? await proxy.treatAll(as: .none)
            }
        }
    }
}

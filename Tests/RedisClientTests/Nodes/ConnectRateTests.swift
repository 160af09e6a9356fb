import NIOCore
import NIOPosix
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct ConnectRateTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    @Test func `some begin at once, the rest one after the other`() {
        let rate = ConnectRate(perSecond: 100, burst: 3)
        let waits = (0..<6).map { _ in rate.takeTurn(at: start) }
        #expect(waits == [0, 0, 0, 10, 20, 30].map { .milliseconds($0) })
        // Those 30 ms and 30 ms more have passed: all three may begin at once again, and no more.
        let later = start + .milliseconds(60)
        #expect((0..<4).map { _ in rate.takeTurn(at: later) } == [0, 0, 0, 10].map { .milliseconds($0) })
    }

    @Test func `a long pause saves up no more than a burst`() {
        let rate = ConnectRate(perSecond: 100, burst: 2)
        _ = rate.takeTurn(at: start)
        let waits = (0..<3).map { _ in rate.takeTurn(at: start + .hours(1)) }
        #expect(waits == [0, 0, 10].map { .milliseconds($0) })
    }

    @Test func `a rate of nothing is one in a second`() {
        let rate = ConnectRate(perSecond: 0, burst: 0)
        #expect((0..<2).map { _ in rate.takeTurn(at: start) } == [.zero, .seconds(1)])
    }

    @Test func `many loops that lose their connections again and again come back at the rate`() async throws {
        let loops = 24
        try await withRedisServer { server async throws in
            let settings: [Setting] = [
                .set(\.maximumConnectRate, 40), .set(\.backoffBase, .milliseconds(1)),
                .set(\.backoffCap, .milliseconds(1)),
            ]
            try await withClient(server.url, loops: loops, settings: settings) { redis, _ async throws in
                let administrator = try server.conversation()
                let start = ContinuousClock.now
                try await redis.connect()
                for losses in 1...3 {
                    _ = try administrator.ask(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"])
                    try await until("all loops are back") {
                        let facts = try administrator.ask(["INFO", "stats"]).string
                        return facts.contains("total_connections_received:\(1 + loops * (losses + 1))\r\n")
                    }
                }
                // 96 connections, of which a burst of 48 did not have to wait.
                #expect(ContinuousClock.now - start >= .milliseconds(1_150))
            }
        }
    }
}

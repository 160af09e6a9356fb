import Logging
import NIOCore
import NIOPosix
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1)), .enabled(if: RedisServer.isAvailable, "redis-server not found"))
struct RecoveryRaceTests {
    @Test func `a pause that is over as it is cut short ends in one attempt, and nothing is left open`() async throws {
        try await withRedisServer { server in
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let slot = try Self.slot(of: server, on: group)
            // Without the care for it, an attempt is forgotten once in a few hundred times.
            for _ in 0..<1_000 {
                try await Self.connect(slot)
                try await slot.loop.submit {
                    // Heard in the loop's next turn, before the end of the pause, which is due by then.
                    slot.serverIsBack()
                    slot.readyConnection?.close(RedisError(.connectionLost, wasSent: true))
                    let end = NIODeadline.now() + .milliseconds(6)
                    while NIODeadline.now() < end {}
                }.get()
            }
            try await Self.connect(slot)
            // This one, and the one that asks.
            #expect(try server.ask("INFO", "clients").string.contains("connected_clients:2\r\n"))
            #expect(try await Self.ends(slot))
            try await group.shutdownGracefully()
        }
    }

    /// A slot whose pauses are 5 ms long at most.
    private static func slot(of server: RedisServer, on group: MultiThreadedEventLoopGroup) throws -> LoopSlot {
        var configuration = try RedisConfiguration(url: server.url)
        configuration.backoffBase = .milliseconds(5)
        configuration.backoffCap = .milliseconds(5)
        configuration.backoffResetAfter = .zero
        // An attempt that waits for its turn has nothing open that could be forgotten.
        configuration.maximumConnectRate = 1_000_000
        let loops = ClientLoops(group)
        let resources = ClientResources(
            configuration, loops: loops, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return LoopSlot(
            loop: loops.all[0], locator: FixedLocator(endpoint: .tcp(host: "127.0.0.1", port: server.port)),
            recovery: NodeRecovery(), resources: resources)
    }

    /// Shuts the slot down; false when a connection that it forgot is still open after 10 s.
    private static func ends(_ slot: LoopSlot) async throws -> Bool {
        let outcome = slot.loop.makePromise(of: Bool.self)
        slot.shutdown(deadline: .now()).whenComplete { _ in outcome.succeed(true) }
        let limit = slot.loop.scheduleTask(in: .seconds(10)) { outcome.succeed(false) }
        defer { limit.cancel() }
        return try await outcome.futureResult.get()
    }

    /// Waits for a connection, through pauses.
    private static func connect(_ slot: LoopSlot) async throws {
        let deadline = NIODeadline.now() + .seconds(20)
        while true {
            do {
                return try await slot.gate.connect(slot, deadline: deadline)
            } catch {
                guard NIODeadline.now() < deadline else { throw error }
            }
        }
    }
}

import KoaTesting
import NIOHTTP1
import RedisClient
import RedisServerFixture
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct SessionDurabilityTests {
    private static let durable = ["--appendonly", "yes", "--appendfsync", "always"]

    @Test(arguments: ["md5", "opaque"])
    func `a Redis killed and started under load logs nobody out, and brings nobody back`(_ style: String) async throws {
        try await withBackends(redis: Self.durable) { backends in
            let settings: [Setting: String] = [.tokenStyle: style, .sessionIdleTTL: "1h"]
            try await withNode(on: backends, settings, pace: .real) { first in
                try await withNode(on: backends, settings, pace: .real) { second in
                    let tokens = try await logIns(backends, first, second)
                    let counts = try await load(tokens, on: [first, second]) {
                        for _ in 0..<2 {
                            backends.redisServer.kill()
                            try await eventually(.sessionStoreUnavailable) {
                                try await first.client.me(tokens.alive[0])
                            }
                            try backends.redisServer.start()
                            let start = ContinuousClock.now
                            for node in [first, second] {
                                try await eventually(.success) { try await node.client.me(tokens.alive[0]) }
                            }
                            #expect(ContinuousClock.now - start < .seconds(3))
                        }
                    }
                    #expect((counts[0] ?? 0) > 0 && (counts[10_011] ?? 0) > 0, "\(counts)")
                    // Each event loop finds its own way back.
                    for token in tokens.alive {
                        try await eventually(.success) { try await first.client.me(token) }
                    }
                    for token in tokens.ended {
                        try await eventually(.notLoggedIn) { try await first.client.me(token) }
                    }
                }
            }
        }
    }

    private struct Tokens: Sendable {
        var alive: [String] = []
        var ended: [String] = []
    }

    /// Logs six users in, and half of them out.
    private func logIns(_ backends: Backends, _ first: TestNode, _ second: TestNode) async throws -> Tokens {
        var tokens = Tokens()
        for user in ["alice", "bob", "carol"] {
            tokens.alive.append(try await first.logIn(try backends.code(for: user)).token)
            let token = try await first.logIn(try backends.code(for: "former \(user)")).token
            _ = try await second.client.post("/user/logout", headers: ["token": token])
            tokens.ended.append(token)
        }
        return tokens
    }

    /// Asks without a pause for sessions that are alive and for some that are not, while something happens.
    ///
    /// Returns how often each code was the answer for one that is alive.
    private func load(
        _ tokens: Tokens, on nodes: [TestNode], while happens: @Sendable () async throws -> Void
    ) async throws -> [Int64: Int] {
        let done = Occurrence()
        return try await withThrowingTaskGroup(of: [Int64: Int].self) { group in
            for number in 0..<8 {
                group.addTask {
                    let client = nodes[number % nodes.count].client
                    var counts: [Int64: Int] = [:]
                    while !done.hasHappened {
                        let alive = try await client.me(tokens.alive[number % 3]).outcome
                        #expect(alive == .success || alive == .sessionStoreUnavailable)
                        counts[alive.code ?? 0, default: 0] += 1
                        let ended = try await client.me(tokens.ended[number % 3]).outcome
                        #expect(ended == .notLoggedIn || ended == .sessionStoreUnavailable)
                    }
                    return counts
                }
            }
            do { try await happens() } catch {
                done.happen()
                throw error
            }
            done.happen()
            return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
    }
}

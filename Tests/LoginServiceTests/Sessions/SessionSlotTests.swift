import NIOCore
import RedisClient
import RedisServerFixture
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(1)))
struct SessionSlotTests {
    @Test(arguments: ["", "a", "{app}:", "a{b}c"], TokenStyle.allCases)
    func `whatever the prefix is, all keys of a group are in one slot`(
        _ prefix: String, _ style: TokenStyle
    ) async throws {
        try await withClusterNode(prefix: prefix) { node in
            let location = node.store.keyspace.locations(of: node.makeToken(style: style))[0]
            let keyspace = node.store.keyspace
            let keys = [
                keyspace.key(location), keyspace.index(location.group), keyspace.generation(location.group),
                keyspace.endings(location.group) + location.reference,
            ]
            var slots: Set<RedisValue> = []
            for key in keys {
                slots.insert(try await node.redis.send(RedisCommand("CLUSTER", "KEYSLOT", .string(key))))
            }
            #expect(slots.count == 1, "\(keys)")
        }
    }

    @Test func `every script runs in a cluster`() async throws {
        let policy = SessionPolicy(timeToLive: .seconds(86_400), idleTimeToLive: .seconds(3_600), limit: 2)
        try await withClusterNode(policy) { node in
            _ = try await node.redis.send(RedisCommand("CLUSTER", "ADDSLOTSRANGE", 0, 16_383))
            // A primary takes writes some time after it has its slots.
            try await eventually {
                await failure { () throws(Failure) in try await node.open(node.makeToken()) } == nil
            }
            let shared = try await node.logIn(style: .md5)
            let phone = try await node.logIn(device: "phone")
            let again = try await node.logIn(device: "phone")
            let last = [try await node.logIn(), try await node.logIn()]
            #expect(try await node.store.absence(of: phone) == .replaced)
            #expect(try await node.store.absence(of: again) == .replaced)
            #expect(try await node.store.sessions(of: SessionNode.alice, current: shared).count == 3)
            try await node.age(last[0], by: .seconds(1_800))
            #expect(try await node.isAlive(last[0]))
            try await eventually { try await node.timeLeft(last[0]) ?? .zero > .seconds(3_500) }
            #expect(try await node.store.currentSession(for: last[0]) != nil)
            #expect(try await node.store.endAll(of: SessionNode.alice, except: last[0]) == 2)
            #expect(try await node.store.currentSession(for: last[0]) != nil)
            try await node.store.end(last[0])
            #expect(try await node.isAlive(last[0]) == false)
        }
    }

    /// Gives a session store on a Redis that insists on slots, and has none yet.
    private func withClusterNode(
        _ policy: SessionPolicy = SessionPolicy(timeToLive: .seconds(3_600)),
        prefix: String = "session:",
        _ body: (SessionNode) async throws -> Void
    ) async throws {
        // A port for its bus, as the one it takes by itself may not exist.
        let busPort = try await withRedisServer { $0.port }
        let arguments = ["--cluster-enabled", "yes", "--cluster-port", "\(busPort)"]
        try await withRedisServer(arguments: arguments) { server in
            try await withSessionNode(at: server.url, policy, prefix: prefix, body)
        }
    }
}

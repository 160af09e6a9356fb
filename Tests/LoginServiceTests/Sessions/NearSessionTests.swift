import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import RedisClient
import RedisServerFixture
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct NearSessionTests {
    private static let policy = SessionPolicy(timeToLive: .seconds(86_400), idleTimeToLive: .seconds(3_600))

    @Test(arguments: TokenStyle.allCases)
    func `a session that was read is read from memory, and is the same`(_ style: TokenStyle) async throws {
        try await withSessionNode(isNear: true) { node in
            let token = try await node.logIn(style: style, device: "phone")
            let first = try await node.store.session(for: token)
            let before = try await node.redis.calls(of: ["get"])
            for _ in 0..<1_000 { #expect(try await node.store.session(for: token) == first) }
            // A reload now and then, should the server's messages be late; and what the first read asked of the clock.
            #expect(try await node.redis.calls(of: ["get"]) - before < 50)
            #expect(first?.owner == SessionNode.alice)
        }
    }

    @Test func `a node that ends a session refuses it at once, the others as soon as they are told`() async throws {
        try await withTwoNodes(Self.policy, areNear: true, endSessions)
    }

    @Test func `in a cluster, too, a session that ends is refused at once, elsewhere as soon as told`() async throws {
        try await withRedisCluster { cluster in
            try await withTwoNodes(at: cluster.url, Self.policy, areNear: true, endSessions)
        }
    }

    private func endSessions(_ first: SessionNode, _ second: SessionNode) async throws {
        // Users enough for every primary to have some; each once, as a login right after all of its user's sessions
        // were ended may be taken for one from before.
        for number in 0..<32 {
            let owner = SessionNode.owner("u\(number)", Int64(100 + number))
            let token = try await first.logIn(owner, device: "phone")
            let other = try await first.logIn(owner)
            for node in [first, second] { for token in [token, other] { #expect(try await node.isAlive(token)) } }
            switch number % 4 {
            case 0: try await first.store.end(token)
            case 1:
                let id = first.store.keyspace.locations(of: token)[0].reference
                #expect(try await first.store.end(id, of: owner))
            case 2: _ = try await first.store.endAll(of: owner, except: other)
            default: _ = try await first.logIn(owner, device: "phone")
            }
            #expect(try await first.isAlive(token) == false)
            #expect(try await second.store.currentSession(for: token) == nil)
            try await eventually { try await second.isAlive(token) == false }
            for node in [first, second] { #expect(try await node.isAlive(other)) }
        }
    }

    @Test func `a session in memory ends when it ends in Redis`() async throws {
        let policy = SessionPolicy(timeToLive: .milliseconds(1_500))
        try await withTwoNodes(policy, areNear: true) { first, second in
            let token = try await first.logIn()
            let end = ContinuousClock.now + .milliseconds(1_500)
            #expect(try await second.isAlive(token))
            try await eventually { try await second.isAlive(token) == false }
            #expect(ContinuousClock.now - end < .seconds(5))
            #expect(try await second.store.absence(of: token) == .expired)
        }
    }

    @Test func `a session in memory is renewed while it is used, and hardly ever read`() async throws {
        try await withSessionNode(Self.policy, isNear: true) { node in
            let token = try await node.logIn()
            try await node.age(token, by: .seconds(1_800))
            try await eventually {
                _ = try await node.isAlive(token)
                return try await node.timeLeft(token) ?? .zero > .seconds(3_500)
            }
            try await eventually {
                let seen = try await node.store.session(for: token)?.times?.lastSeenAt ?? 0
                return seen > (try await node.redisTime()) - 60_000
            }
            let (gets, sets) = (try await node.redis.calls(of: ["get"]), try await node.redis.calls(of: ["set"]))
            for _ in 0..<1_000 { #expect(try await node.isAlive(token)) }
            #expect(try await node.redis.calls(of: ["get"]) - gets < 50)
            #expect(try await node.redis.calls(of: ["set"]) == sets)
        }
    }

    @Test func `a key that holds no session is none, from near as well`() async throws {
        try await withSessionNode(isNear: true) { node in
            let token = node.makeToken(style: .md5)
            #expect(try await node.isAlive(token) == false)
            for command in ["RPUSH", "SET"] {
                try await node.redis.delete(node.key(token))
                _ = try await node.redis.send(RedisCommand(command, .string(node.key(token)), "x"))
                #expect(try await node.isAlive(token) == false)
            }
        }
    }

    @Test(arguments: ["md5", "opaque"])
    func `under load, a session that ends on one node is refused on the other within 100 ms`(
        _ style: String
    ) async throws {
        let settings: [Setting: String] = [.tokenStyle: style, .nearCache: "1000", .logLevel: "info"]
        try await withTwoNodes(settings) { backends, first, second in
            let busy = try await first.logIn(try backends.code(for: "busy")).token
            let done = Occurrence()
            let delays = try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    let node = number.isMultiple(of: 2) ? first : second
                    group.addTask { try await keepAsking(node, busy, until: done) }
                }
                var delays: [Duration] = []
                for round in 0..<20 {
                    let token = try await first.logIn(try backends.code(for: "user \(round)")).token
                    for _ in 0..<3 { #expect(try await second.client.me(token).outcome == .success) }
                    #expect(try await first.client.post("/user/logout", headers: ["token": token]).outcome == .success)
                    let start = ContinuousClock.now
                    #expect(try await first.client.me(token).outcome == .notLoggedIn)
                    try await eventually(.notLoggedIn) { try await second.client.me(token) }
                    delays.append(ContinuousClock.now - start)
                    // Once refused it stays so.
                    #expect(try await second.client.me(token).outcome == .notLoggedIn)
                }
                done.happen()
                try await group.waitForAll()
                return delays.sorted()
            }
            #expect(delays[delays.count / 2] < .milliseconds(100), "\(delays)")
            // The bound that holds whatever the machine does: the lease of the cache.
            #expect(delays[delays.count - 1] < .seconds(3), "\(delays)")
        }
    }

    private func keepAsking(_ node: TestNode, _ token: String, until done: Occurrence) async throws {
        while !done.hasHappened, !Task.isCancelled {
            #expect(try await node.client.me(token).outcome == .success)
        }
    }

    @Test func `binding a phone asks Redis, whatever is in memory`() async throws {
        try await withNode([.nearCache: "1000", .phoneSelfAsserted: "true"]) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            for _ in 0..<3 { _ = try await node.client.me(token) }
            let before = try await backends.redis.calls(of: ["evalsha"])
            for _ in 0..<10 { #expect(try await node.client.me(token).outcome == .success) }
            let between = try await backends.redis.calls(of: ["evalsha"])
            for number in 0..<10 {
                let reply = try await node.client.post(
                    "/user/login", headers: ["token": token], body: .json(["phone": .string("1301234123\(number)")]))
                #expect(reply.outcome == .success)
            }
            #expect(try await backends.redis.calls(of: ["evalsha"]) - between >= 10)
            #expect(between - before < 10)
        }
    }

    @Test func `without Redis a session in memory is served for a moment, then nobody is "not logged in"`() async throws
    {
        try await withNode([.nearCache: "1000"], pace: .real) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            for _ in 0..<3 { #expect(try await node.client.me(token).outcome == .success) }
            backends.redisServer.kill()
            try await eventually(.sessionStoreUnavailable) { try await node.client.me(token) }
            try backends.redisServer.start()
            try await eventually(.success) { try await node.client.get("/readyz") }
            let again = try await node.logIn(try backends.code()).token
            try await eventually(.success) { try await node.client.me(again) }
        }
    }
}

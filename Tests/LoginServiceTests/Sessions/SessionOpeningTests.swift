import Foundation
import NIOCore
import RedisClient
import RedisServerFixture
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(1)))
struct SessionOpeningTests {
    @Test func `the keys of an opaque session are in the user's slot, and none of them holds the token`() async throws {
        try await withSessionNode { node in
            let token = try await node.logIn(device: "phone")
            let keys = try await node.keys()
            #expect(keys.count == 2)
            let reference = node.store.keyspace.locations(of: token)[0].reference
            #expect(Set(keys) == ["session:{42}\(reference)", "{42}:session:index"])
            let value = try #require(try await node.redis.get("session:{42}\(reference)"))
            #expect(!String(buffer: value).contains(token.rawValue.dropFirst(6)))
        }
    }

    @Test func `the keys of an md5 session are its own and those tagged with it`() async throws {
        try await withSessionNode { node in
            let token = try await node.logIn(style: .md5)
            let key = "session:\(token.rawValue)"
            #expect(Set(try await node.keys()) == [key, "{\(key)}:index"])
        }
    }

    @Test func `a session lives for SESSION_TTL, its index a day longer, by Redis's clock`() async throws {
        try await withSessionNode(SessionPolicy(timeToLive: .seconds(600))) { node in
            let before = try await node.redisTime()
            let token = try await node.logIn()
            let times = try #require(try await node.store.session(for: token)?.times)
            #expect((before...(try await node.redisTime())).contains(times.createdAt))
            #expect(times.expiresAt == times.createdAt + 600_000)
            let left = try #require(try await node.timeLeft(token))
            #expect(left <= .seconds(600) && left > .seconds(500))
            guard case .expires(let index) = try await node.redis.timeToLive("{42}:session:index") else {
                Issue.record("the index has no end")
                return
            }
            #expect(index > .seconds(86_900) && index < .seconds(87_002))
        }
    }

    @Test func `a login replaces the session of the same device, and no other`() async throws {
        try await withSessionNode { node in
            let phone = try await node.logIn(device: #"my "phone" \"#)
            let tablet = try await node.logIn(device: "phone")
            let nameless = try await node.logIn()
            let stranger = try await node.logIn(SessionNode.bob, device: #"my "phone" \"#)
            let again = try await node.logIn(device: #"my "phone" \"#)
            #expect(try await node.isAlive(phone) == false)
            #expect(try await node.store.absence(of: phone) == .replaced)
            for token in [tablet, nameless, stranger, again] { #expect(try await node.isAlive(token)) }
            #expect(try await node.store.sessions(of: SessionNode.alice, current: nil).count == 3)
        }
    }

    @Test func `a label that looks like another member of the value replaces nothing`() async throws {
        try await withSessionNode { node in
            let token = try await node.logIn(device: "a")
            _ = try await node.logIn(device: #"x","device":"a","sid":"#)
            _ = try await node.logIn(device: "*")
            _ = try await node.logIn(device: "%a")
            #expect(try await node.isAlive(token))
        }
    }

    @Test func `100 logins at once, over two nodes, leave as many sessions as may be`() async throws {
        try await withTwoNodes(SessionPolicy(timeToLive: .seconds(3_600), limit: 5)) { first, second in
            let outcomes = try await logIns(100, first, second)
            #expect(outcomes.values.allSatisfy { $0 == nil })
            var alive: [SessionToken] = []
            for token in outcomes.keys {
                if try await first.isAlive(token) {
                    alive.append(token)
                } else {
                    #expect(try await second.store.absence(of: token) == .replaced)
                }
            }
            #expect(alive.count == 5)
            let listed = try await second.store.sessions(of: SessionNode.alice, current: alive[0])
            #expect(listed.count == 5 && listed.count(where: \.isCurrent) == 1)
        }
    }

    @Test func `of 100 logins at once as many as may be pass where the limit refuses`() async throws {
        let policy = SessionPolicy(timeToLive: .seconds(3_600), limit: 5, limitPolicy: .refuse)
        try await withTwoNodes(policy) { first, second in
            let outcomes = try await logIns(100, first, second)
            #expect(outcomes.values.count { $0 == nil } == 5)
            #expect(outcomes.values.count { $0?.code == .forbidden && $0?.reason == "session_limit" } == 95)
            for (token, failure) in outcomes { #expect(try await first.isAlive(token) == (failure == nil)) }
            let ended = try #require(outcomes.first { $0.value == nil }?.key)
            try await first.store.end(ended)
            _ = try await second.logIn()
        }
    }

    @Test func `the oldest session gives way`() async throws {
        try await withSessionNode(SessionPolicy(timeToLive: .seconds(3_600), limit: 3)) { node in
            var tokens: [SessionToken] = []
            for _ in 0..<6 { tokens.append(try await node.logIn()) }
            for (position, token) in tokens.enumerated() { #expect(try await node.isAlive(token) == (position >= 3)) }
        }
    }

    @Test func `a login of a device that is there already is not refused`() async throws {
        try await withSessionNode(SessionPolicy(timeToLive: .seconds(3_600), limit: 1, limitPolicy: .refuse)) { node in
            _ = try await node.logIn(device: "phone")
            let token = try await node.logIn(device: "phone")
            #expect(try await node.isAlive(token))
            let refusal = await failure { () throws(Failure) in try await node.open(node.makeToken(), device: "tablet")
            }
            #expect(refusal?.reason == "session_limit")
            #expect(try await node.isAlive(token), "a refused login changes nothing")
        }
    }

    @Test func `a session that is gone by itself does not count`() async throws {
        try await withSessionNode(SessionPolicy(timeToLive: .seconds(3_600), limit: 2, limitPolicy: .refuse)) { node in
            let old = try await node.logIn()
            let kept = try await node.logIn()
            try await node.redis.expire(node.key(old), after: .zero)
            _ = try await node.logIn()
            #expect(try await node.isAlive(kept))
        }
    }

    @Test func `references of sessions that ended long ago leave the index`() async throws {
        try await withSessionNode { node in
            let now = try await node.redisTime()
            for (score, name) in [(now - 90_000_000, "old"), (now - 80_000_000, "recent")] {
                _ = try await node.redis.send(
                    RedisCommand("ZADD", "{42}:session:index", .integer(Int(score)), .string(name)))
            }
            _ = try await node.logIn()
            #expect(try await node.redis.send(RedisCommand("ZCARD", "{42}:session:index")) == .integer(2))
        }
    }

    @Test func `nobody has more than a thousand sessions`() async throws {
        try await withSessionNode { node in
            let first = try await node.logIn()
            let later = Int(try await node.redisTime()) + 7_200_000
            let fill = RedisScript(
                "for n = 1, 1100 do redis.call('ZADD', KEYS[1], ARGV[1] + n, 'r' .. n) end return 1")
            _ = try await node.redis.evaluate(fill, keys: ["{42}:session:index"], arguments: [.integer(later)])
            _ = try await node.logIn()
            #expect(try await node.isAlive(first) == false)
            #expect(try await node.redis.send(RedisCommand("ZCARD", "{42}:session:index")) == .integer(1_000))
        }
    }

    @Test func `the md5 style has one session for all devices, whatever the limit`() async throws {
        try await withSessionNode(SessionPolicy(timeToLive: .seconds(3_600), limit: 1, limitPolicy: .refuse)) { node in
            let token = try await node.logIn(style: .md5, device: "phone")
            #expect(try await node.logIn(style: .md5, device: "tablet") == token)
            let listed = try await node.store.sessions(of: SessionNode.alice, current: token)
            #expect(listed.map(\.device) == ["tablet"] && listed[0].isCurrent)
            #expect(listed[0].id != token.rawValue)
        }
    }

    /// Logs in on two nodes in turns, all at once; the failure of each token's login.
    private func logIns(
        _ count: Int, _ first: SessionNode, _ second: SessionNode
    ) async throws -> [SessionToken: Failure?] {
        await withTaskGroup(of: (SessionToken, Failure?).self) { group in
            for number in 0..<count {
                let node = number.isMultiple(of: 2) ? first : second
                group.addTask {
                    let token = node.makeToken()
                    return (token, await failure { () throws(Failure) in try await node.open(token) })
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = .some($1.1) }
        }
    }
}

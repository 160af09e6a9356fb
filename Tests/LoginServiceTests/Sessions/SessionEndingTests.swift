import NIOCore
import RedisClient
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(1)))
struct SessionEndingTests {
    @Test(arguments: TokenStyle.allCases)
    func `logging out ends one session, and is not told from never`(_ style: TokenStyle) async throws {
        try await withSessionNode { node in
            let other = try await node.logIn(SessionNode.bob, style: style)
            let token = try await node.logIn(style: style)
            try await node.store.end(token)
            #expect(try await node.isAlive(token) == false)
            #expect(try await node.store.absence(of: token) == .notLoggedIn)
            #expect(try await node.isAlive(other))
            try await node.store.end(token)
        }
    }

    @Test func `a session is ended by its id, which is no token, and only by its user`() async throws {
        try await withSessionNode { node in
            let (mine, other) = (try await node.logIn(), try await node.logIn())
            let listed = try await node.store.sessions(of: SessionNode.alice, current: mine)
            let id = try #require(listed.first { !$0.isCurrent }?.id)
            #expect(OpaqueToken(id) == nil && OpaqueToken("token_" + id) == nil)
            #expect(try await node.store.end(id, of: SessionNode.bob) == false)
            #expect(try await node.isAlive(other))
            #expect(try await node.store.end(id, of: SessionNode.alice))
            #expect(try await node.isAlive(other) == false)
            #expect(try await node.isAlive(mine))
            #expect(try await node.store.absence(of: other) == .kicked)
            #expect(try await node.store.end(id, of: SessionNode.alice) == false)
        }
    }

    @Test(arguments: [
        "", "*", "?", "[a-z]*", "index", "generation", "../x", "a b", "a:b", "{42}", "__proto__", "\u{0}",
    ])
    func `an id that names no session ends none`(_ id: String) async throws {
        try await withSessionNode { node in
            let tokens = [try await node.logIn(), try await node.logIn(style: .md5)]
            let before = try await node.keys()
            #expect(try await node.store.end(id, of: SessionNode.alice) == false)
            for token in tokens { #expect(try await node.isAlive(token)) }
            #expect(try await node.keys() == before)
        }
    }

    @Test func `ending all others leaves the current one, in both styles`() async throws {
        try await withSessionNode { node in
            let current = try await node.logIn(device: "小明")
            let others = [try await node.logIn(), try await node.logIn(), try await node.logIn(style: .md5)]
            let stranger = try await node.logIn(SessionNode.bob)
            #expect(try await node.store.endAll(of: SessionNode.alice, except: current) == 3)
            for token in others {
                #expect(try await node.isAlive(token) == false)
                #expect(try await node.store.absence(of: token) == .kicked)
            }
            for token in [current, stranger] { #expect(try await node.isAlive(token)) }
            #expect(try await node.store.currentSession(for: current)?.owner == SessionNode.alice)
            #expect(try await node.timeLeft(current) ?? .zero > .seconds(3_500))
        }
    }

    @Test func `no login that began before its user was kicked survives, many times over`() async throws {
        try await withTwoNodes { first, second in
            var (refused, ended) = (0, 0)
            for round in 0..<300 {
                let style = TokenStyle.allCases[round % TokenStyle.allCases.count]
                let nodes = [first, second]
                let began = ContinuousClock.now
                let tokens = (0..<8).map { nodes[$0 % 2].makeToken(style: style) }
                let failures = try await withThrowingTaskGroup(of: Failure?.self) { group in
                    group.addTask {
                        for _ in 0..<(round % 40) { await Task.yield() }
                        _ = try await second.store.endAll(of: SessionNode.alice, except: nil)
                        return nil
                    }
                    for (number, token) in tokens.enumerated() {
                        group.addTask {
                            await failure { () throws(Failure) in try await nodes[number % 2].open(token, began: began)
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
                }
                #expect(failures.allSatisfy { $0.reason == "kicked" })
                refused += failures.count
                ended += tokens.count - failures.count
                for token in Set(tokens) {
                    let isAlive = try await first.isAlive(token)
                    #expect(!isAlive, "round \(round)")
                }
            }
            #expect(refused > 0 && ended > 0, "the race went one way only: \(refused) refused, \(ended) ended")
        }
    }

    @Test(arguments: TokenStyle.allCases)
    func `a login that was stored late by a slow node does not survive the kick before it`(
        _ style: TokenStyle
    ) async throws {
        try await withSessionNode { node in
            let began = ContinuousClock.now
            let late = node.makeToken(style: style)
            _ = try await node.store.endAll(of: SessionNode.alice, except: nil)
            let refusal = await failure { () throws(Failure) in try await node.open(late, began: began) }
            #expect(refusal?.code == .loginFailed && refusal?.reason == "kicked")
            #expect(try await node.isAlive(late) == false)
            // Whoever begins now is let in, as is a user who was not kicked.
            try await eventually {
                await failure { () throws(Failure) in try await node.open(late) } == nil
            }
            try await node.open(node.makeToken(SessionNode.bob), SessionNode.bob, began: began)
        }
    }

    @Test func `a generation is later than the one before, although the clock went back`() async throws {
        try await withSessionNode { node in
            let future = Int(try await node.redisTime()) * 1_000 + 3_600_000_000
            try await node.redis.set("{42}:session:generation", to: "\(future)")
            _ = try await node.store.endAll(of: SessionNode.alice, except: nil)
            #expect(try await node.redis.get("{42}:session:generation").map { String(buffer: $0) } == "\(future + 1)")
        }
    }

    @Test func `a login long after a kick is of the generation that it began, and ends with the next`() async throws {
        try await withSessionNode { node in
            let generation = Int64(try await node.redisTime()) * 1_000 - 7_200_000_000
            try await node.redis.set("{42}:session:generation", to: "\(generation)")
            let token = try await node.logIn()
            #expect(try await node.store.session(for: token)?.times?.generation == generation)
            #expect(try await node.store.currentSession(for: token) != nil)
            _ = try await node.store.endAll(of: SessionNode.alice, except: nil)
            #expect(try await node.isAlive(token) == false)
        }
    }

    @Test(arguments: TokenStyle.allCases)
    func `a repetition of a login brings nothing back that was ended, a new login does`(
        _ style: TokenStyle
    ) async throws {
        try await withSessionNode { node in
            for ending in 0..<3 {
                let token = try await node.logIn(style: style, device: "phone")
                try await node.open(token, mayBeRepetition: true)
                #expect(try await node.isAlive(token), "a repetition of a live session is harmless")
                switch ending {
                case 0: try await node.store.end(token)
                case 1:
                    let id = node.store.keyspace.locations(of: token)[0].reference
                    #expect(try await node.store.end(id, of: SessionNode.alice))
                default: _ = try await node.store.endAll(of: SessionNode.alice, except: nil)
                }
                let refusal = await failure { () throws(Failure) in try await node.open(token, mayBeRepetition: true) }
                #expect(refusal?.reason == (ending == 2 ? "kicked" : "code_used"))
                #expect(try await node.isAlive(token) == false)
            }
            try await eventually {
                await failure { () throws(Failure) in try await node.open(node.makeToken()) } == nil
            }
        }
    }

    @Test func `a session that Redis forgot to end is refused where it matters`() async throws {
        try await withSessionNode { node in
            let token = try await node.logIn()
            #expect(try await node.store.currentSession(for: token) != nil)
            // As after an eviction: the index that names the session is gone.
            try await node.redis.delete("{42}:session:index")
            _ = try await node.store.endAll(of: SessionNode.alice, except: nil)
            #expect(try await node.isAlive(token))
            #expect(try await node.store.currentSession(for: token) == nil)
        }
    }

    @Test func `how a session ended is remembered for a day at most, and no longer than it would have lived`()
        async throws
    {
        for (life, bound) in [
            (Duration.seconds(3_600), Duration.seconds(3_600)), (.seconds(604_800), .seconds(86_400)),
        ] {
            try await withSessionNode(SessionPolicy(timeToLive: life)) { node in
                let replaced = try await node.logIn(device: "a")
                let kicked = [try await node.logIn(device: "a"), try await node.logIn()]
                _ = try await node.store.endAll(of: SessionNode.alice, except: kicked[0])
                let id = node.store.keyspace.locations(of: kicked[0])[0].reference
                _ = try await node.store.end(id, of: SessionNode.alice)
                let markers = try await node.keys().filter { $0.contains(":ended:") }
                #expect(markers.count == 3)
                for marker in markers {
                    guard case .expires(let left) = try await node.redis.timeToLive(marker) else {
                        Issue.record("a marker for ever")
                        continue
                    }
                    #expect(left <= bound && left > bound - .seconds(100))
                }
                #expect(try await node.store.absence(of: replaced) == .replaced)
                for key in try await node.keys() {
                    guard case .expires = try await node.redis.timeToLive(key) else {
                        Issue.record("\(key) has no end")
                        continue
                    }
                }
            }
        }
    }

    @Test(arguments: TokenStyle.allCases)
    func `a session that expired says so, for a day`(_ style: TokenStyle) async throws {
        try await withSessionNode { node in
            let token = try await node.logIn(style: style)
            try await node.redis.expire(node.key(token), after: .zero)
            #expect(try await node.isAlive(token) == false)
            #expect(try await node.store.absence(of: token) == .expired)
            #expect(try await node.store.absence(of: node.makeToken(SessionNode.bob, style: style)) == .notLoggedIn)
        }
    }
}

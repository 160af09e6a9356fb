import NIOCore
import RedisClient
import RedisServerFixture
import Synchronization
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(1)))
struct SessionIdleTests {
    private static let policy = SessionPolicy(timeToLive: .seconds(86_400), idleTimeToLive: .seconds(3_600))

    @Test func `a session that is not used lives for SESSION_IDLE_TTL`() async throws {
        try await withSessionNode(Self.policy) { node in
            let token = try await node.logIn()
            let left = try #require(try await node.timeLeft(token))
            #expect(left <= .seconds(3_600) && left > .seconds(3_500))
        }
        try await withSessionNode(SessionPolicy(timeToLive: .seconds(60), idleTimeToLive: .milliseconds(1_500))) {
            node in
            let token = try await node.logIn()
            try await eventually { try await node.store.absence(of: token) == .expired }
            #expect(try await node.isAlive(token) == false)
        }
    }

    @Test(arguments: TokenStyle.allCases)
    func `a use with less than three quarters left renews the window, behind the read`(_ style: TokenStyle) async throws
    {
        try await withSessionNode(Self.policy) { node in
            let token = try await node.logIn(style: style)
            try await node.age(token, by: .seconds(1_800))
            let before = try await node.redisTime()
            #expect(try await node.isAlive(token))
            try await eventually { try await node.timeLeft(token) ?? .zero > .seconds(3_500) }
            let times = try #require(try await node.store.session(for: token)?.times)
            #expect(times.lastSeenAt >= before)
            #expect(times.createdAt < before - 1_700_000 && times.expiresAt == times.createdAt + 86_400_000)
        }
    }

    @Test func `a use with more left writes nothing`() async throws {
        try await withSessionNode(Self.policy) { node in
            let (fresh, aged) = (try await node.logIn(), try await node.logIn())
            try await node.age(fresh, by: .seconds(600))
            try await node.age(aged, by: .seconds(1_800))
            let value = try await node.redis.get(node.key(fresh))
            for _ in 0..<10 { _ = try await node.isAlive(fresh) }
            _ = try await node.isAlive(aged)
            try await eventually { try await node.timeLeft(aged) ?? .zero > .seconds(3_500) }
            #expect(try await node.redis.get(node.key(fresh)) == value)
            #expect(try await node.timeLeft(fresh) ?? .zero <= .seconds(3_000))
        }
    }

    @Test func `nothing renews a session past its absolute end`() async throws {
        try await withSessionNode(Self.policy) { node in
            let token = try await node.logIn()
            try await node.age(token, by: .seconds(86_400 - 600), left: .seconds(500))
            #expect(try await node.isAlive(token))
            let before = try await node.redisTime() - 60_000
            try await eventually { try await node.store.session(for: token)?.times?.lastSeenAt ?? 0 > before }
            #expect(try await node.timeLeft(token) ?? .seconds(9_999) <= .seconds(600))
        }
    }

    @Test func `1,000 reads on two nodes at once are one touch on each, and one write`() async throws {
        try await withTwoNodes(Self.policy) { first, second in
            let token = try await first.logIn()
            try await first.age(token, by: .seconds(1_800))
            let before = try await first.redis.calls(of: ["evalsha", "eval"])
            let writes = try await first.redis.calls(of: ["set"])
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<1_000 {
                    let node = number.isMultiple(of: 2) ? first : second
                    group.addTask { try await node.isAlive(token) }
                }
                for try await isAlive in group { #expect(isAlive) }
            }
            // One more session, whose touch comes after the others.
            for node in [first, second] {
                let last = try await node.logIn(SessionNode.bob)
                try await node.age(last, by: .seconds(1_800))
                _ = try await node.isAlive(last)
                try await eventually { try await node.timeLeft(last) ?? .zero > .seconds(3_500) }
            }
            // Each node: a touch of either session, two scripts of the login, each perhaps sent twice, as its text.
            #expect(try await first.redis.calls(of: ["evalsha", "eval"]) - before <= 2 * (2 + 2) * 2)
            // The session's value; each node's last session is stored, aged and touched.
            let written = try await first.redis.calls(of: ["set"]) - writes
            #expect(written == 1 + 2 * 3)
        }
    }

    @Test func `a touch of a session that was ended meanwhile brings nothing back`() async throws {
        try await withRedisServer { server in
            try await withSessionNode(at: server.url, Self.policy) { running in
                // Its touches wait until they are run.
                let store = RedisSessionStore(
                    redis: running.redis, keyspace: running.store.keyspace, policy: Self.policy)
                let node = SessionNode(redis: running.redis, store: store)
                var tokens: [SessionToken] = []
                for owner in [SessionNode.alice, SessionNode.bob] {
                    for style in TokenStyle.allCases {
                        let token = try await node.logIn(owner, style: style)
                        try await node.age(token, by: .seconds(1_800))
                        #expect(try await node.isAlive(token))
                        tokens.append(token)
                    }
                }
                let again = SessionNode.owner("carol", 9)
                let renewed = try await node.logIn(again, style: .md5)
                try await node.age(renewed, by: .seconds(1_800))
                #expect(try await node.isAlive(renewed))
                _ = try await node.store.endAll(of: SessionNode.alice, except: nil)
                for token in tokens { try await node.store.end(token) }
                _ = try await node.store.endAll(of: again, except: nil)
                try await eventually {
                    await failure { () throws(Failure) in try await node.open(renewed, again) } == nil
                }
                try await node.age(renewed, by: .seconds(1_800))
                let value = try await node.redis.get(node.key(renewed))
                let last = try await node.logIn(SessionNode.owner("dave", 11))
                try await node.age(last, by: .seconds(1_800))
                #expect(try await node.isAlive(last))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await store.touches.run() }
                    try await eventually { try await node.timeLeft(last) ?? .zero > .seconds(3_500) }
                    group.cancelAll()
                }
                for token in tokens { #expect(try await node.redis.get(node.key(token)) == nil) }
                #expect(try await node.redis.get(node.key(renewed)) == value, "a session of a later login is another")
            }
        }
    }

    @Test func `a session of another system's is left as it is`() async throws {
        try await withSessionNode(Self.policy) { node in
            let token = node.makeToken(style: .md5)
            let value = #"{"openid":"o-alice","userId":42}"#
            try await node.redis.set(node.key(token), to: value, expiry: .seconds(100))
            for _ in 0..<100 { #expect(try await node.isAlive(token)) }
            let last = try await node.logIn()
            try await node.age(last, by: .seconds(1_800))
            _ = try await node.isAlive(last)
            try await eventually { try await node.timeLeft(last) ?? .zero > .seconds(3_500) }
            #expect(try await node.redis.get(node.key(token)).map { String(buffer: $0) } == value)
            #expect(try await node.timeLeft(token) ?? .seconds(999) <= .seconds(100))
        }
    }

    @Test func `without an idle limit the last use is noted, and the end stays`() async throws {
        try await withSessionNode(SessionPolicy(timeToLive: .seconds(604_800))) { node in
            let token = try await node.logIn()
            try await node.age(token, by: .seconds(43_200), left: .seconds(604_800 - 43_200))
            let before = try await node.redisTime()
            #expect(try await node.isAlive(token))
            try await eventually { try await node.store.session(for: token)?.times?.lastSeenAt ?? 0 >= before }
            let left = try #require(try await node.timeLeft(token))
            #expect(left <= .seconds(604_800 - 43_200) && left > .seconds(604_800 - 43_300))
        }
    }

    /// How far from the truth a node's clock is.
    enum Skew: CaseIterable, Sendable {
        case dayAhead, dayBehind, fast, backwards

        func callAsFunction(_ start: ContinuousClock.Instant, _ calls: Int) -> ContinuousClock.Instant {
            let elapsed = ContinuousClock.now - start
            return switch self {
            // The clock jumps once Redis's time was noted.
            case .dayAhead: start + elapsed + (calls > 3 ? .seconds(86_400) : .zero)
            case .dayBehind: start + elapsed - (calls > 3 ? .seconds(86_400) : .zero)
            case .fast: start + elapsed * 10_000
            case .backwards: start - elapsed
            }
        }
    }

    @Test(arguments: Skew.allCases)
    func `sessions live and end by Redis's clock, however wrong the node's is`(_ skew: Skew) async throws {
        let start = ContinuousClock.now
        let calls = Mutex(0)
        let clock = RedisClock {
            skew(
                start,
                calls.withLock {
                    $0 += 1
                    return $0
                })
        }
        try await withSessionNode(Self.policy, clock: clock) { node in
            let (fresh, aged, done) = (try await node.logIn(), try await node.logIn(), try await node.logIn())
            try await node.age(fresh, by: .seconds(200))
            try await node.age(aged, by: .seconds(1_800))
            let value = try await node.redis.get(node.key(fresh))
            try await node.redis.expire(node.key(done), after: .milliseconds(1))
            try await eventually { try await node.isAlive(done) == false }
            // A cool-down may have to pass on a clock that runs wild: the reads go on.
            for _ in 0..<50 { #expect(try await node.isAlive(fresh)) }
            try await eventually {
                _ = try await node.isAlive(aged)
                return try await node.timeLeft(aged) ?? .zero > .seconds(3_500)
            }
            #expect(try await node.redis.get(node.key(fresh)) == value)
            #expect(try await node.store.absence(of: done) == .expired)
        }
    }
}

import Foundation
import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing
import WeChatAPI

@testable import LoginService

/// The session store of a node, with a Redis client of its own.
struct SessionNode: Sendable {
    let redis: RedisClient
    let store: RedisSessionStore

    static let alice = Self.owner("alice", 42)
    static let bob = Self.owner("bob", 7)

    static func owner(_ name: String, _ userID: Int64) -> SessionOwner {
        guard let openID = OpenID("o-" + name) else { preconditionFailure("\(name) is no openid") }
        return SessionOwner(openID: openID, userID: userID)
    }

    /// A token that nobody has.
    func makeToken(_ owner: SessionOwner = alice, style: TokenStyle = .opaque) -> SessionToken {
        switch style {
        case .md5: return .md5(of: owner.openID)
        case .opaque:
            let entropy = (0..<24).map { _ in UInt8.random(in: .min ... .max) }
            return .opaque(
                OpaqueToken(entropy: entropy, userID: owner.userID, key: store.keyspace.secretKeys.writing))
        case .jwt:
            // What a store looks at of a token that was verified.
            let random = (0..<20).map { _ in UInt8.random(in: .min ... .max) }
            let reference = Base64URL.encode(random)
            return .jwt(
                SessionJWT(text: "jwt-" + reference, userID: owner.userID, reference: reference, isExpired: false))
        }
    }

    /// Logs in and returns the token.
    @discardableResult
    func logIn(
        _ owner: SessionOwner = alice, style: TokenStyle = .opaque, device: String? = nil
    ) async throws -> SessionToken {
        let token = makeToken(owner, style: style)
        try await open(token, owner, device: device)
        return token
    }

    func open(
        _ token: SessionToken, _ owner: SessionOwner = alice, device: String? = nil,
        began: ContinuousClock.Instant = .now, mayBeRepetition: Bool = false
    ) async throws(Failure) {
        try await store.open(
            NewSession(
                token: token, owner: owner, device: device.flatMap { DeviceLabel($0) }, began: began,
                mayBeRepetition: mayBeRepetition))
    }

    func isAlive(_ token: SessionToken) async throws -> Bool {
        try await store.session(for: token) != nil
    }

    /// The key of a token's session.
    func key(_ token: SessionToken) -> String {
        store.keyspace.key(store.keyspace.locations(of: token)[0])
    }

    /// How long the key of a session has left.
    func timeLeft(_ token: SessionToken) async throws -> Duration? {
        guard case .expires(let left) = try await redis.timeToLive(key(token)) else { return nil }
        return left
    }

    /// All keys there are.
    func keys() async throws -> [String] {
        guard case .array(let keys) = try await redis.send(RedisCommand("KEYS", "*")) else { return [] }
        return keys.compactMap { if case .bulk(let bytes) = $0 { String(buffer: bytes) } else { nil } }.sorted()
    }

    /// Makes a session look as if it had been opened, and used last, some time ago.
    func age(_ token: SessionToken, by age: Duration, left: Duration? = nil) async throws {
        let text = String(buffer: try #require(try await redis.get(key(token))))
        let aged = text.replacing(/"(iat|exp|seen)":([0-9]+)/) { match in
            "\"\(match.1)\":\((Int(match.2) ?? 0) - age.milliseconds)"
        }
        let rest = try #require(try await timeLeft(token)) - age
        try await redis.set(key(token), to: aged, expiry: left ?? rest)
    }

    /// Milliseconds since 1970 by Redis's clock.
    func redisTime() async throws -> Int64 {
        let reply = try await redis.evaluate(
            RedisScript("local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000)"))
        guard case .integer(let now) = reply else { throw CancellationError() }
        return Int64(now)
    }
}

/// Starts a Redis and gives session stores on it, which note the use of sessions while `body` runs.
func withSessionNode<Value>(
    _ policy: SessionPolicy = SessionPolicy(timeToLive: .seconds(3_600)),
    clock: RedisClock = RedisClock(),
    prefix: String = "session:",
    isNear: Bool = false,
    _ body: (SessionNode) async throws -> Value
) async throws -> Value {
    try await withRedisServer { server in
        try await withSessionNode(at: server.url, policy, clock: clock, prefix: prefix, isNear: isNear, body)
    }
}

func withSessionNode<Value>(
    at url: String,
    _ policy: SessionPolicy = SessionPolicy(timeToLive: .seconds(3_600)),
    clock: RedisClock = RedisClock(),
    prefix: String = "session:",
    secretKey: String = Backends.secretKey,
    isNear: Bool = false,
    _ body: (SessionNode) async throws -> Value
) async throws -> Value {
    var configuration = try RedisConfiguration(url: url)
    configuration.commandTimeout = .seconds(10)
    let redis = RedisClient(configuration: configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    let keys = try #require(SecretKeys(base64: secretKey))
    let cache =
        isNear
        ? NearCache(client: redis, configuration: NearCacheConfiguration(prefix: prefix)) { Session(json: $0) } : nil
    try await cache?.connect()
    let store = RedisSessionStore(
        redis: redis, keyspace: SessionKeyspace(prefix: prefix, secretKeys: keys), policy: policy, cache: cache,
        clock: clock)
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { await store.touches.run() }
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(SessionNode(redis: redis, store: store))) } catch {
            outcome = .failure(error)
        }
        tasks.cancelAll()
        try await tasks.waitForAll()
        await cache?.shutdown()
        await redis.shutdown()
        return try outcome.get()
    }
}

/// Gives the session stores of two nodes on one Redis.
func withTwoNodes<Value>(
    _ policy: SessionPolicy = SessionPolicy(timeToLive: .seconds(3_600)),
    areNear: Bool = false,
    _ body: (SessionNode, SessionNode) async throws -> Value
) async throws -> Value {
    try await withRedisServer { try await withTwoNodes(at: $0.url, policy, areNear: areNear, body) }
}

func withTwoNodes<Value>(
    at url: String,
    _ policy: SessionPolicy = SessionPolicy(timeToLive: .seconds(3_600)),
    areNear: Bool = false,
    _ body: (SessionNode, SessionNode) async throws -> Value
) async throws -> Value {
    try await withSessionNode(at: url, policy, isNear: areNear) { first in
        try await withSessionNode(at: url, policy, isNear: areNear) { second in
            try await body(first, second)
        }
    }
}

/// Repeats a question until its answer is as wanted: each repetition waits for an answer, not for time.
func eventually(
    within limit: Duration = .seconds(20),
    _ location: SourceLocation = #_sourceLocation,
    _ isTrue: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !isTrue() {
        guard ContinuousClock.now < deadline else {
            Issue.record("not so after \(limit)", sourceLocation: location)
            return
        }
    }
}

/// The failure that a call ends with; nil for success.
func failure(of call: () async throws(Failure) -> Void) async -> Failure? {
    do {
        try await call()
        return nil
    } catch {
        return error
    }
}

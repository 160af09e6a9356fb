import Foundation
import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Testing
import WeChatAPI

@testable import LoginService

@Suite(.timeLimit(.minutes(1)))
struct SessionKeyStoreTests {
    private static let newKey = Data(repeating: 7, count: 32).base64EncodedString()
    private static let (old, new) = ("tiihtNczf5v6AKRyjwEUhQ==", "HyVFkGl5F5OQWJZZaNzBBg==")

    @Test func `a key is kept encrypted for three days, under no name that says whose it is`() async throws {
        try await withRedis { redis in
            try await store(redis).note(Self.old, of: "alice", from: 0, to: 1)
            let names = try await redis.names()
            #expect(names.count == 1)
            let name = try #require(names.first)
            let value = String(buffer: try #require(try await redis.get(name)))
            for secret in [Self.old, "alice", "wx-a"] { #expect(!(name + value).contains(secret)) }
            guard case .expires(let rest) = try await redis.timeToLive(name) else {
                Issue.record("the key has no end")
                return
            }
            #expect(rest <= .seconds(3 * 86_400) && rest > .seconds(3 * 86_400 - 60))
            #expect(try await store(redis).texts(of: "alice") == [Self.old])
        }
    }

    @Test func `the newest key of a user counts, and an older one no longer`() async throws {
        try await withRedis { redis in
            let store = try store(redis)
            try await store.note(Self.old, of: "alice", from: 0, to: 100)
            try await store.note(Self.new, of: "alice", from: 101, to: 200)
            #expect(try await store.texts(of: "alice") == [Self.new])
            #expect(try await store.texts(of: "bob") == [])
            #expect(try await store.texts(of: "Alice") == [], "openids differ by case")
            #expect(try await store.texts(of: "alice", appID: "wx-b") == [])
        }
    }

    @Test func `of logins at the same time nobody knows which was last, and each of their keys may be the one`()
        async throws
    {
        try await withRedis { redis in
            let store = try store(redis)
            try await store.note("a", of: "alice", from: 0, to: 90)
            try await store.note("b", of: "alice", from: 100, to: 300)
            try await store.note("c", of: "alice", from: 200, to: 400)
            #expect(try await store.texts(of: "alice") == ["c", "b"])
            for number in 0..<10 { try await store.note("n\(number)", of: "alice", from: 200, to: 400) }
            #expect(try await store.texts(of: "alice") == ["n9", "n8", "n7"])
        }
    }

    @Test func `a key of before a rotation of SECRET_KEY is read, and of a key that is gone not`() async throws {
        try await withRedis { redis in
            try await store(redis).note(Self.old, of: "alice", from: 0, to: 1)
            let rotated = try store(redis, "\(Self.newKey),\(Backends.secretKey)")
            #expect(try await rotated.texts(of: "alice") == [Self.old])
            try await rotated.note(Self.new, of: "alice", from: 2, to: 3)
            #expect(try await store(redis, Self.newKey).texts(of: "alice") == [Self.new])
            #expect(try await store(redis).texts(of: "alice") == [])
        }
    }

    @Test func `what was sealed for one user opens for no other, and nothing that was altered`() async throws {
        try await withRedis { redis in
            let store = try store(redis)
            try await store.note(Self.old, of: "alice", from: 0, to: 1)
            let value = String(buffer: try #require(try await redis.get(try await redis.names()[0])))
            try await store.note(Self.new, of: "bob", from: 0, to: 1)
            for name in try await redis.names() { try await redis.set(name, to: value, expiry: .seconds(60)) }
            #expect(try await store.texts(of: "alice") == [Self.old])
            #expect(try await store.texts(of: "bob") == [])
            for altered in ["", "x", String(value.dropLast(4)), value + "AAAA", "A" + value.dropFirst(), "\n\n"] {
                for name in try await redis.names() { try await redis.set(name, to: altered, expiry: .seconds(60)) }
                #expect(try await store.texts(of: "alice") == [], "\(altered)")
            }
        }
    }

    @Test func `a user's keys can be forgotten`() async throws {
        try await withRedis { redis in
            let store = try store(redis)
            try await store.note(Self.old, of: "alice", from: 0, to: 1)
            try await store.forget(appID: "wx-a", openID: try #require(OpenID("alice")))
            #expect(try await store.texts(of: "alice") == [])
            #expect(try await redis.names() == [])
        }
    }

    @Test func `a text that is sealed twice looks different, and opens for its purpose alone`() throws {
        let keys = try #require(SecretKeys(base64: Backends.secretKey))
        let sealed = try (0..<2).map { _ in try keys.seal("text", purpose: "a", context: "b") }
        #expect(sealed[0] != sealed[1])
        #expect(keys.open(sealed[0], purpose: "a", context: "b") == Data("text".utf8))
        #expect(keys.open(sealed[0], purpose: "b", context: "b") == nil)
        #expect(keys.open(sealed[0], purpose: "a", context: "a") == nil)
    }

    private func withRedis(_ body: (RedisClient) async throws -> Void) async throws {
        try await withRedisServer { server in
            var configuration = try RedisConfiguration(url: server.url)
            configuration.commandTimeout = .seconds(10)
            let redis = RedisClient(
                configuration: configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(redis)) } catch { outcome = .failure(error) }
            await redis.shutdown()
            try outcome.get()
        }
    }

    private func store(_ redis: RedisClient, _ secretKey: String = Backends.secretKey) throws -> SessionKeyStore {
        SessionKeyStore(redis: redis, secretKeys: try #require(SecretKeys(base64: secretKey)))
    }
}

extension SessionKeyStore {
    /// Stores a key of a login that asked WeChat from one millisecond to another.
    fileprivate func note(_ text: String, of user: String, from began: Int, to ended: Int) async throws {
        let key = StoredSessionKey(
            key: try #require(SessionKey(text)), loginID: "login",
            began: Date(timeIntervalSince1970: Double(began) / 1_000),
            ended: Date(timeIntervalSince1970: Double(ended) / 1_000))
        _ = try await redis.perform(storing(key, appID: "wx-a", openID: try #require(OpenID(user))))
    }

    fileprivate func texts(of user: String, appID: String = "wx-a") async throws -> [String] {
        try await keys(appID: appID, openID: try #require(OpenID(user))).map(\.rawValue)
    }
}

extension RedisClient {
    /// All keys there are.
    fileprivate func names() async throws -> [String] {
        guard case .array(let names) = try await send(RedisCommand("KEYS", "*")) else { return [] }
        return names.compactMap { if case .bulk(let bytes) = $0 { String(buffer: bytes) } else { nil } }.sorted()
    }
}

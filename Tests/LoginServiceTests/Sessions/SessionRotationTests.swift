import Foundation
import RedisClient
import RedisServerFixture
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(1)))
struct SessionRotationTests {
    private static let newKey = Data(repeating: 7, count: 32).base64EncodedString()
    private static let rotated = "\(newKey),\(Backends.secretKey)"

    @Test func `sessions of before and after a rotation are listed, limited and ended together`() async throws {
        let policy = SessionPolicy(timeToLive: .seconds(3_600), limit: 3)
        try await withRedisServer { server in
            try await withSessionNode(at: server.url, policy) { old in
                try await withSessionNode(at: server.url, policy, secretKey: Self.rotated) { new in
                    let before = [try await old.logIn(), try await old.logIn(device: "phone")]
                    let after = try await new.logIn()
                    for token in before + [after] { #expect(try await new.isAlive(token)) }
                    let listed = try await new.store.sessions(of: SessionNode.alice, current: before[1])
                    #expect(listed.count == 3 && listed.filter(\.isCurrent).map(\.device) == ["phone"])

                    let again = try await new.logIn(device: "phone")
                    #expect(try await new.store.absence(of: before[1]) == .replaced)
                    _ = try await new.logIn()
                    #expect(try await new.isAlive(before[0]) == false, "the oldest gives way")
                    #expect(try await new.store.endAll(of: SessionNode.alice, except: again) == 2)
                    #expect(try await new.isAlive(again))
                }
            }
        }
    }

    @Test func `a session of an older key is renewed, ended and told of under it`() async throws {
        let policy = SessionPolicy(timeToLive: .seconds(86_400), idleTimeToLive: .seconds(3_600))
        try await withRedisServer { server in
            try await withSessionNode(at: server.url, policy) { old in
                try await withSessionNode(at: server.url, policy, secretKey: Self.rotated) { new in
                    let token = try await old.logIn()
                    try await old.age(token, by: .seconds(1_800))
                    #expect(try await new.isAlive(token))
                    try await eventually { try await old.timeLeft(token) ?? .zero > .seconds(3_500) }
                    #expect(try await new.store.currentSession(for: token)?.owner == SessionNode.alice)
                    _ = try await new.store.endAll(of: SessionNode.alice, except: nil)
                    #expect(try await new.store.absence(of: token) == .kicked)
                }
            }
        }
    }

    @Test func `a token check is one GET, and with two keys hardly ever more`() async throws {
        try await withRedisServer { server in
            try await withSessionNode(at: server.url) { old in
                try await withSessionNode(at: server.url, secretKey: Self.rotated) { new in
                    for style in TokenStyle.allCases {
                        let token = try await old.logIn(style: style)
                        let before = try await old.redis.calls(of: ["get"])
                        for _ in 0..<10 { #expect(try await old.isAlive(token)) }
                        // The first of a node's reads may ask what time it is at Redis.
                        let reads = try await old.redis.calls(of: ["get"]) - before
                        #expect((10...12).contains(reads), "\(style)")
                    }
                    var tokens: [SessionToken] = []
                    for _ in 0..<100 { tokens.append(try await old.logIn()) }
                    let before = try await old.redis.calls(of: ["get"])
                    for token in tokens { #expect(try await new.isAlive(token)) }
                    #expect(try await old.redis.calls(of: ["get"]) - before < 100 + 20)
                }
            }
        }
    }
}

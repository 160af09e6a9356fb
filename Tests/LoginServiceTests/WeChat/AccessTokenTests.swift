import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import RedisClient
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(3)))
struct AccessTokenTests {
    private static let tokenPath = "/cgi-bin/stable_token"

    private func tokenCalls(_ backends: Backends) -> Int {
        backends.sandbox.calls.count { $0.path == Self.tokenPath }
    }

    /// Logs users in at a node; gives their tokens.
    private func logIn(_ count: Int, at node: TestNode, _ backends: Backends) async throws -> [String] {
        var tokens: [String] = []
        for number in 0..<count { tokens.append(try await node.logIn(try backends.code(for: "user\(number)")).token) }
        return tokens
    }

    /// Binds the phones of all users at once, each at the next node.
    private func bindPhones(
        _ round: Int, of tokens: [String], at nodes: [TestNode], _ backends: Backends
    ) async throws -> [Outcome] {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            for (number, token) in tokens.enumerated() {
                let phone = "13\(round)0000\(1_000 + number)"
                let code = try backends.sandbox.makePhoneCode(for: "user\(number)", phone: phone)
                let client = nodes[number % nodes.count].client
                group.addTask {
                    try await client.post(
                        "/user/phone", headers: ["token": token], body: .json(["code": .string(code)])
                    ).outcome
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func withThreeNodes(_ body: (Backends, [TestNode]) async throws -> Void) async throws {
        try await withBackends { backends in
            try await withNode(on: backends) { first in
                try await withNode(on: backends) { second in
                    try await withNode(on: backends) { third in try await body(backends, [first, second, third]) }
                }
            }
        }
    }

    @Test(arguments: [true, false])
    func `of three nodes whose token ends in a burst one renews it`(isExpired: Bool) async throws {
        try await withThreeNodes { backends, nodes async throws in
            let tokens = try await logIn(24, at: nodes[0], backends)
            #expect(try await bindPhones(0, of: tokens, at: nodes, backends).allSatisfy { $0 == .success })
            #expect(tokenCalls(backends) == 1)
            if isExpired {
                try backends.sandbox.expireAccessTokens()
            } else {
                try backends.sandbox.revokeAccessTokens()
            }
            #expect(try await bindPhones(1, of: tokens, at: nodes, backends).allSatisfy { $0 == .success })
            #expect(tokenCalls(backends) == 2)
        }
    }

    @Test func `nothing in Redis shows the token, and a node of other secret keys gets its own`() async throws {
        try await withBackends { backends async throws in
            try await withNode(on: backends) { node async throws in
                let tokens = try await logIn(1, at: node, backends)
                #expect(try await bindPhones(0, of: tokens, at: [node], backends) == [.success])
            }
            let key = "{wechat-login:access-token:\(Backends.appID)}:value"
            guard case .bulk(let stored) = try await backends.redis.send(RedisCommand("HGET", .string(key), "value"))
            else {
                Issue.record("no token is stored")
                return
            }
            // WeChat gives everyone the same one.
            let weChat = TestClient(
                port: try #require(backends.weChatURL.split(separator: ":").last.flatMap { Int($0) }))
            let request: JSONValue = [
                "grant_type": "client_credential", "appid": .string(Backends.appID),
                "secret": .string(Backends.appSecret),
            ]
            let reply = try await weChat.post(Self.tokenPath, body: .json(request))
            await weChat.close()
            let token = try #require(try reply.json()["access_token"]?.stringValue)
            #expect(stored.readableBytes > token.utf8.count)
            #expect(!String(buffer: stored).contains(token))
            let other = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU="
            try await withNode(on: backends, [.secretKey: other]) { node async throws in
                let tokens = try await logIn(1, at: node, backends)
                #expect(try await bindPhones(1, of: tokens, at: [node], backends) == [.success])
            }
            // Rotated, the older key still reads.
            let both = "\(Backends.secretKey),\(other)"
            let count = tokenCalls(backends)
            try await withNode(on: backends, [.secretKey: both]) { node async throws in
                let tokens = try await logIn(1, at: node, backends)
                #expect(try await bindPhones(2, of: tokens, at: [node], backends) == [.success])
            }
            #expect(tokenCalls(backends) == count)
        }
    }

    @Test func `a WeChat that gives no token is asked once in a while`() async throws {
        try await withNode { backends, node async throws in
            let tokens = try await logIn(12, at: node, backends)
            try backends.sandbox.setFrozen(true)
            let outcomes = try await bindPhones(0, of: tokens, at: [node], backends)
            let unavailable = Outcome.failure(10_010, "wechat_unavailable", status: 502, errcode: 40_243)
            #expect(outcomes.allSatisfy { $0 == unavailable }, "\(outcomes)")
            #expect(tokenCalls(backends) == 1)
            #expect(node.logLines.count { $0.hasPrefix("error") } == 1)
            // What WeChat has against this service's calls for a token it has not against logins.
            #expect(try await node.logIn(try backends.code()).outcome == .success)
        }
    }

    @Test func `a service that is not on the list of addresses still logs in, and its operator is told`() async throws {
        try await withNode { backends, node async throws in
            let tokens = try await logIn(1, at: node, backends)
            try backends.sandbox.setAllowedAddresses([])
            for _ in 0..<3 {
                let outcomes = try await bindPhones(1, of: tokens, at: [node], backends)
                #expect(outcomes == [.failure(10_010, "wechat_unavailable", status: 502, errcode: 40_164)])
                #expect(try await node.logIn(try backends.code()).outcome == .success)
            }
            #expect(node.logLines.count { $0.hasPrefix("error") } == 1)
        }
    }
}

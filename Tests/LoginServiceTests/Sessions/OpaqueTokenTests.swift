import Foundation
import KoaTesting
import NIOHTTP1
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct OpaqueTokenTests {
    private static let newKey = Data(repeating: 7, count: 32).base64EncodedString()

    @Test func `a token is token_ and 43 base64url characters, one for each login`() async throws {
        try await withNode([.tokenStyle: "opaque"]) { backends, node in
            var tokens: Set<String> = []
            for _ in 0..<20 {
                let token = try await node.logIn(try backends.code()).token
                #expect(token.wholeMatch(of: /token_[A-Za-z0-9_\-]{43}/) != nil)
                tokens.insert(token)
            }
            #expect(tokens.count == 20)
            for token in tokens { #expect(try await node.client.me(token).outcome == .success) }
            #expect(try await backends.userCount() == 1)
        }
    }

    @Test func `Redis holds a hash of the token, not the token`() async throws {
        try await withNode([.tokenStyle: "opaque"]) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            let keys = try await backends.redisKeys("session:*")
            #expect(keys.count == 1)
            #expect(keys[0].wholeMatch(of: /session:\{1\}[A-Za-z0-9_\-]{27}/) != nil)
            #expect(try await backends.redisValue("session:" + token) == nil)
        }
    }

    @Test func `a token of the style that is switched off is not logged in, although its session is alive`()
        async throws
    {
        try await withBackends { backends in
            let token = try await withNode(on: backends) { try await $0.logIn(try backends.code()).token }
            try await withNode(on: backends, [.tokenStyle: "opaque"]) { node in
                let session = try await backends.redisValue("session:" + token)
                #expect(session != nil)
                let outcome = try await node.client.me(token).outcome
                #expect(outcome == .notLoggedIn)
            }
        }
    }

    @Test func `logging out ends one session of a user and leaves the others`() async throws {
        try await withNode([.tokenStyle: "opaque"]) { backends, node in
            let phone = try await node.logIn(try backends.code()).token
            let tablet = try await node.logIn(try backends.code()).token
            #expect(try await node.client.post("/user/logout", headers: ["token": phone]).outcome == .success)
            #expect(try await node.client.me(phone).outcome == .notLoggedIn)
            #expect(try await node.client.me(tablet).outcome == .success)
        }
    }

    @Test func `sessions outlive a rotation of SECRET_KEY, and can be ended after it`() async throws {
        try await withBackends { backends in
            let old: [Setting: String] = [.tokenStyle: "opaque"]
            let token = try await withNode(on: backends, old) { try await $0.logIn(try backends.code()).token }
            let rotated: [Setting: String] = [
                .tokenStyle: "opaque", .secretKey: "\(Self.newKey),\(Backends.secretKey)",
            ]
            try await withNode(on: backends, rotated) { node in
                #expect(try await node.client.me(token).outcome == .success)
                let newToken = try await node.logIn(try backends.code()).token
                #expect(try await node.client.me(newToken).outcome == .success)
                #expect(try await node.client.post("/user/logout", headers: ["token": token]).outcome == .success)
                #expect(try await node.client.me(token).outcome == .notLoggedIn)
                #expect(try await node.client.me(newToken).outcome == .success)
            }
        }
    }

    @Test func `a key that was taken out of SECRET_KEY ends its sessions`() async throws {
        try await withBackends { backends in
            let old: [Setting: String] = [.tokenStyle: "opaque"]
            let token = try await withNode(on: backends, old) { try await $0.logIn(try backends.code()).token }
            let replaced: [Setting: String] = [.tokenStyle: "opaque", .secretKey: Self.newKey]
            try await withNode(on: backends, replaced) { node in
                let reply = try await node.client.me(token)
                #expect(reply.outcome == .notLoggedIn)
            }
        }
    }
}

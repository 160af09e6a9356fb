import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct PresentedSessionTests {
    private static let replaced = Outcome.failure(10_001, "replaced", status: 200)

    @Test(arguments: ["alice", "bob"])
    func `the session that a login came with ends once the new one is open, on every node`(
        _ user: String
    ) async throws {
        try await withTwoNodes([.tokenStyle: "opaque"]) { backends, first, second in
            let old = try await first.logIn(try backends.code()).token
            let other = try await first.logIn(try backends.code()).token
            let code = try backends.code(for: user)
            let new = try await second.logIn(code, headers: ["token": old]).token
            #expect(new != old)
            for node in [first, second] {
                #expect(try await node.client.me(old).outcome == Self.replaced)
                for token in [new, other] { #expect(try await node.client.me(token).outcome == .success) }
            }
            // A client that lost the reply asks again, with the old token still.
            #expect(try await first.logIn(code, headers: ["Authorization": "Bearer \(old)"]).token == new)
            #expect(try await second.client.me(new).outcome == .success)
        }
    }

    @Test(arguments: SessionLimitPolicy.allCases)
    func `the session that ends makes room for the new one`(_ policy: SessionLimitPolicy) async throws {
        let settings: [Setting: String] = [
            .tokenStyle: "opaque", .sessionLimit: "2", .sessionLimitPolicy: policy.rawValue,
        ]
        try await withNode(settings) { backends, node async throws in
            let kept = try await node.logIn(try backends.code()).token
            let old = try await node.logIn(try backends.code()).token
            let new = try await node.logIn(try backends.code(), headers: ["token": old]).token
            for token in [kept, new] { #expect(try await node.client.me(token).outcome == .success) }
            #expect(try await node.client.me(old).outcome == Self.replaced)
            #expect(node.audit == ["login", "login", "login", "replaced presented"])
        }
    }

    @Test func `in the md5 style the same user keeps the token, and another's ends`() async throws {
        try await withNode { backends, node in
            let alice = try await node.logIn(try backends.code()).token
            #expect(try await node.logIn(try backends.code(), headers: ["token": alice]).token == alice)
            #expect(try await node.client.me(alice).outcome == .success)
            let bob = try await node.logIn(try backends.code(for: "bob"), headers: ["token": alice]).token
            #expect(try await node.client.me(alice).outcome == Self.replaced)
            #expect(try await node.client.me(bob).outcome == .success)
        }
    }

    @Test func `the routes of the older systems end the session that a login came with, whatever its style`()
        async throws
    {
        try await withTwoNodes { backends, first, second async throws in
            let md5 = try await first.logIn(try backends.code()).token
            let opaque = try await first.client.post(
                "/login?token=\(md5)", body: .json(["code": .string(try backends.code())])
            ).seedToken
            #expect(try await second.client.me(md5).outcome == Self.replaced)
            let path = "/auth?code=\(try backends.code())"
            let jwt = try await second.client.get(path, headers: ["token": opaque]).jwt
            #expect(try await first.client.me(opaque).outcome == Self.replaced)
            let again = try await first.logIn(try backends.code(), headers: ["Authorization": "Bearer \(jwt)"]).token
            #expect(again == md5)
            #expect(try await second.client.me(jwt).outcome == Self.replaced)
            #expect(try await second.client.me(md5).outcome == .success)
        }
    }

    @Test func `a refused login ends nothing`() async throws {
        try await withNode([.tokenStyle: "opaque"]) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            #expect(try await node.logIn("unknown", headers: ["token": token]).outcome.reason == "invalid_code")
            #expect(try await node.client.me(token).outcome == .success)
        }
    }

    @Test func `a token that is none does not keep anybody from logging in, two different ones do`() async throws {
        try await withNode([.tokenStyle: "opaque"]) { backends, node in
            for token in ["", "x", "undefined", "*", "token_" + String(repeating: "A", count: 43)] {
                let reply = try await node.logIn(try backends.code(), headers: ["token": token])
                #expect(reply.outcome == .success, "\(token)")
            }
            let code = try backends.code()
            let headers: HTTPHeaders = ["token": "a", "Authorization": "Bearer b"]
            #expect(try await node.logIn(code, headers: headers).outcome == .invalidParameter)
            #expect(try await node.logIn(code).outcome == .success, "the code was not spent")
        }
    }
}

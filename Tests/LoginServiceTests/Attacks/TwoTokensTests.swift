import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@testable import LoginService

/// A request with the tokens of two users is nobody's.
@Suite(.timeLimit(.minutes(2)))
struct TwoTokensTests {
    private static let routes: [(HTTPMethod, String)] = [
        (.GET, "/user/me"), (.PUT, "/user/info"), (.POST, "/user/logout"), (.GET, "/user/sessions"),
        (.DELETE, "/user/sessions"), (.DELETE, "/user/sessions/x"), (.POST, "/user/login"), (.GET, "/credit"),
        (.POST, "/userinfo"), (.GET, "/checklogin"), (.POST, "/isAuth"),
    ]

    @Test func `two live tokens in one request are refused on every route, and both sessions stay`() async throws {
        try await withNode { backends, node in
            let alice = try await node.client.seedLogIn(try backends.code(for: "alice")).seedToken
            let bob = try await node.client.auth(try backends.code(for: "bob")).jwt
            for (method, path) in Self.routes {
                for (one, other) in [(alice, bob), (bob, alice)] {
                    let both = ["token": one, "Authorization": "Bearer \(other)"] as HTTPHeaders
                    let reply = try await node.client.request(
                        method, path, headers: both, body: .json(["nickname": "x"]))
                    #expect(reply.text.contains("two different tokens"), "\(method) \(path): \(reply.text)")
                }
            }
            for path in ["/credit", "/checklogin"] {
                let reply = try await node.client.get("\(path)?token=\(alice)", headers: ["token": bob])
                #expect(reply.text.contains("two different tokens"), "\(path): \(reply.text)")
            }
            let inBody = try await node.client.post(
                "/isAuth", headers: ["token": alice], body: .json(["token": .string(bob)]))
            #expect(inBody.text.contains("two different tokens"), "\(inBody.text)")
            for token in [alice, bob] {
                let me = try await node.client.me(token)
                #expect(me.outcome == .success && me.data?["nickname"] == "")
            }
        }
    }
}

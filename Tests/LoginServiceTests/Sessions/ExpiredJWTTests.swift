import KoaTesting
import RedisClient
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(1)))
struct ExpiredJWTTests {
    @Test func `a token that says that it is over is expired, whatever Redis says, which is not asked`() async throws {
        try await withSessionNode { node in
            guard case .jwt(let live) = try await node.logIn(style: .jwt) else { return }
            let over = SessionToken.jwt(
                SessionJWT(text: live.text, userID: live.userID, reference: live.reference, isExpired: true))
            let before = try await node.redis.calls(of: ["get", "evalsha", "eval", "exists"])
            #expect(try await !node.isAlive(over))
            #expect(try await node.store.currentSession(for: over) == nil)
            #expect(try await node.store.absence(of: over) == .expired)
            #expect(try await node.redis.calls(of: ["get", "evalsha", "eval", "exists"]) == before)
            #expect(try await node.isAlive(.jwt(live)))
        }
    }

    @Test func `a token whose session ended first is expired on its route and by its reason`() async throws {
        try await withNode([.sessionTTL: "1s"]) { backends, node in
            let token = try await node.client.auth(try backends.code()).jwt
            try await eventually(.failure(10_001, "expired", status: 200)) { try await node.client.me(token) }
            #expect(try await node.client.isAuth(token).text == #"{"code":"10200","message":"token已过期"}"#)
        }
    }
}

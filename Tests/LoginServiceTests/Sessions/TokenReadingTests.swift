import KoaTesting
import NIOHTTP1
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct TokenReadingTests {
    private static let stranger = "0123456789abcdef0123456789abcdef"

    @Test func `the token is read from its header, from Bearer, and on checklogin from the query`() async throws {
        try await withNode { backends, node in
            let token = try await node.logIn(try backends.code()).token
            let places: [HTTPHeaders] = [
                ["token": token], ["Token": token], ["Authorization": "Bearer \(token)"],
                ["authorization": "bearer \(token)"], ["token": token, "Authorization": "Bearer \(token)"],
                ["token": "", "Authorization": "Bearer \(token)"], ["token": token, "Authorization": "Basic YTpi"],
            ]
            for headers in places {
                #expect(try await node.client.get("/user/me", headers: headers).outcome == .success, "\(headers)")
                let check = try await node.client.get("/checklogin", headers: headers)
                #expect(check.text == #"{"is_login":true}"#, "\(headers)")
            }
            #expect(try await node.client.get("/checklogin?token=\(token)").text == #"{"is_login":true}"#)
            #expect(try await node.client.get("/user/me?token=\(token)").outcome == .notLoggedIn)
        }
    }

    @Test func `two different tokens in one request are refused`() async throws {
        try await withNode { backends, node in
            let token = try await node.logIn(try backends.code()).token
            let requests: [(path: String, headers: HTTPHeaders)] = [
                ("/user/me", ["token": token, "Authorization": "Bearer \(Self.stranger)"]),
                ("/user/me", HTTPHeaders([("token", token), ("token", Self.stranger)])),
                (
                    "/user/me",
                    HTTPHeaders([("Authorization", "Bearer \(token)"), ("Authorization", "Bearer \(Self.stranger)")])
                ),
                ("/user/me", ["token": token, "Authorization": "Bearer nonsense"]),
                ("/checklogin?token=\(Self.stranger)", ["token": token]),
                ("/checklogin?token=\(token)&token=\(Self.stranger)", [:]),
            ]
            for request in requests {
                let reply = try await node.client.get(request.path, headers: request.headers)
                #expect(reply.outcome == .invalidParameter, "\(request)")
            }
        }
    }

    @Test func `a token without the shape of a style never reaches Redis`() async throws {
        try await withNode { backends, node in
            _ = try await node.logIn(try backends.code())
            let token = try backends.md5Token()
            let before = try await backends.redisCommandCount()
            let shapeless = [
                "x", token.uppercased(), String(token.dropLast()), token + "0", "token_", "session:\(token)",
                "token_" + String(repeating: "a", count: 42), "token_" + String(repeating: "a", count: 44),
                "token_" + String(repeating: "a", count: 42) + "+", "TOKEN_" + String(repeating: "a", count: 43),
                "*", "../\(token.dropFirst(3))", String(repeating: "a", count: 8_000), "\(token),\(token)", "null",
                String(token.dropLast()) + "g", String(token.dropLast(2)) + "é",
            ]
            for token in shapeless {
                #expect(try await node.client.me(token).outcome == .notLoggedIn, "\(token.prefix(60))")
                let bearer = try await node.client.get("/user/me", headers: ["Authorization": "Bearer \(token)"])
                #expect(bearer.outcome == .notLoggedIn, "\(token.prefix(60))")
            }
            for query in ["", "token", "token=", "token=%00", "token=%ff", "token[]=\(token)", "token=\(token)%20"] {
                let check = try await node.client.get("/checklogin?\(query)")
                #expect(check.status == 200 && check.text == #"{"is_login":false}"#, "\(query)")
            }
            #expect(try await backends.redisCommandCount() == before)
        }
    }

    @Test func `a request without a token is not logged in, with a challenge in http mode`() async throws {
        try await withNode([.envelopeStatus: "http"]) { _, node in
            for method in [("GET", "/user/me"), ("PUT", "/user/info"), ("POST", "/user/logout")] {
                let reply = try await node.client.request(HTTPMethod(rawValue: method.0), method.1)
                #expect(reply.outcome == .failure(10_001, "not_logged_in", status: 401))
                #expect(reply["WWW-Authenticate"] == "Bearer")
            }
        }
    }

    @Test func `a token that was never issued is not logged in`() async throws {
        try await withNode { _, node in
            let opaque = "token_" + String(repeating: "a", count: 43)
            for token in [Self.stranger, opaque] {
                let reply = try await node.client.me(token)
                #expect(reply.outcome == .notLoggedIn)
                #expect(try await node.client.get("/checklogin?token=\(token)").text == #"{"is_login":false}"#)
            }
        }
    }
}

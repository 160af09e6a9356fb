import Foundation
import KoaKit
import KoaTesting
import NIOHTTP1
import RedisClient
import Testing
import WeChatAPI
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct ForgedTokenTests {
    @Test func `what is no token of ours is just a token that does not exist, on every route`() async throws {
        try await withNode { backends, node in
            let opaque = try await node.client.seedLogIn(try backends.code()).seedToken
            let jwt = try await node.client.auth(try backends.code()).jwt
            let id = "shop:\(String(repeating: "a", count: 32))"
            try await backends.redis.set(id, to: #"{"openid":"o1","userId":1}"#, expiry: .seconds(600))
            let shapeless = [
                "__proto__", "constructor", "toString", "null", "undefined", "0", "1732185600000", "1732185600", "*",
                "?",
                "[a-z]*", "session:*", id, "{1}", "{1}:session:index", "session:{1}", "wechat-login:code:x", "../x",
                "token_", "token_*", "token_" + String(repeating: "*", count: 43), jwt + "x", String(jwt.dropLast()),
                jwt.uppercased(), "eyJhbGciOiJub25lIn0.e30.", "..", "a.b.c", String(repeating: "e", count: 5_000),
                "\(opaque)\u{0}", " \(opaque) x", opaque + opaque, "é\(opaque)", "Bearer \(jwt)",
            ]
            let before = try await backends.redisCommandCount()
            for token in shapeless { try await expectNobody(token, node) }
            #expect(try await backends.redisCommandCount() == before)
            let shaped = [
                String(repeating: "0", count: 32), "token_" + String(repeating: "A", count: 43),
                try backends.md5Token(), try backends.md5Token(of: "nobody"),
            ]
            for token in shaped { try await expectNobody(token, node) }
            #expect(try await backends.redisValue(id) != nil)
            #expect(try await node.client.credit(opaque).text == #"{"credit":100}"#)
        }
    }

    @Test func `a value of another system's under a name of ours is nobody's session`() async throws {
        try await withNode { backends, node in
            let token = String(repeating: "ab", count: 16)
            for value in ["", "1", "null", "[]", #"{"openid":"","userId":1}"#, #"{"openid":1}"#, #"{"userId":"1"}"#] {
                try await backends.redis.set("session:" + token, to: value, expiry: .seconds(600))
                try await expectNobody(token, node)
            }
            try await backends.redis.unlink("session:" + token)
            _ = try await backends.redis.send(RedisCommand("LPUSH", .string("session:" + token), "x"))
            try await expectNobody(token, node)
        }
    }

    @Test func `an openid is no way to a session that nobody has`() async throws {
        try await withNode([.tokenStyle: "opaque"]) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            let before = try await backends.redisCommandCount()
            try await expectNobody(try backends.md5Token(), node)
            #expect(try await backends.redisCommandCount() == before, "a style that no route gives")
            #expect(try await node.client.me(token).outcome == .success)
        }
    }

    @Test func `two different tokens are refused wherever they stand, and the same one twice is one`() async throws {
        try await withNode { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            let other = try await node.client.auth(try backends.code()).jwt
            let refused = "the request carries two different tokens"
            let requests: [(HTTPMethod, String, HTTPHeaders)] = [
                (.GET, "/credit?token=\(token)", ["token": other]),
                (.GET, "/credit?token=\(token)&token=\(other)", [:]),
                (.GET, "/credit?token=\(token)", ["Authorization": "Bearer \(other)"]),
                (.GET, "/credit?token=x", ["token": token]), (.GET, "/checklogin?token=\(token)", ["token": other]),
                (.POST, "/userinfo?token=\(token)", ["token": other]),
                (.POST, "/isAuth", ["token": token, "Authorization": "Bearer \(other)"]),
                (.GET, "/user/me", ["token": token, "Authorization": "Bearer \(other)"]),
            ]
            for (method, path, headers) in requests {
                #expect(try await node.client.request(method, path, headers: headers).text.contains(refused), "\(path)")
            }
            let same = try await node.client.get(
                "/credit?token=\(token)&token=\(token)", headers: ["token": token, "Authorization": "Bearer \(token)"])
            #expect(same.text == #"{"credit":100}"#)
        }
    }

    @Test func `every route takes the tokens of every route`() async throws {
        try await withTwoNodes { backends, first, second in
            let tokens = [
                try await first.logIn(try backends.code()).token,
                try await first.client.seedLogIn(try backends.code()).seedToken,
                try await first.client.auth(try backends.code()).jwt,
            ]
            for token in tokens {
                #expect(try await second.client.me(token).outcome == .success)
                #expect(try await second.client.credit(token).text == #"{"credit":100}"#)
                #expect(try await second.client.get("/credit", headers: ["token": token]).text == #"{"credit":100}"#)
                #expect(try await second.client.get("/checklogin?token=\(token)").text == #"{"is_login":true}"#)
                #expect(try await second.client.isAuth(token).text.hasSuffix(#""data":"1"}"#))
            }
            let listed = try await first.client.get("/user/sessions", headers: ["token": tokens[2]])
            guard case .array(let sessions)? = listed.data?["sessions"] else { return }
            #expect(sessions.count == 3 && sessions.count { $0["current"] == true } == 1)
            // Only the md5 style is found by its token: of the others Redis has a keyed hash.
            for name in try await backends.redisKeys() {
                let text = name + (name.hasSuffix(":index") ? "" : try await backends.redisValue(name) ?? "")
                for token in tokens[1...] { #expect(!text.contains(token)) }
            }
        }
    }

    private func expectNobody(
        _ token: String, _ node: TestNode, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let note = Comment(rawValue: String(token.prefix(60)))
        var unreserved = CharacterSet.alphanumerics
        unreserved.insert(charactersIn: "-._~")
        let query = token.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
        let credit = try await node.client.credit(query)
        #expect(credit.text == CreditRouteTests.notLoggedIn, note, sourceLocation: location)
        let check = try await node.client.get("/checklogin?token=\(query)")
        #expect(check.text == #"{"is_login":false}"#, note, sourceLocation: location)
        let data = try await node.client.post("/userinfo?token=\(query)")
        #expect(data.text == CreditRouteTests.notLoggedIn, note, sourceLocation: location)
        let auth = try await node.client.isAuth(token)
        #expect(auth.text == #"{"code":"10200","message":"token已过期"}"#, note, sourceLocation: location)
    }
}

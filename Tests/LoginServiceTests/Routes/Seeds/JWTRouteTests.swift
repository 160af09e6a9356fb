import Foundation
import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import RedisClient
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct JWTRouteTests {
    private static let expired = #"{"code":"10200","message":"token已过期"}"#

    @Test func `auth and isAuth answer byte by byte, as JSON that nobody may store`() async throws {
        try await withNode { backends, node in
            let login = try await node.client.auth(try backends.code())
            let token = try login.jwt
            #expect(login.text == #"{"code":"200","message":"登录","data":{"token":"\#(token)"}}"#)
            let good = try await node.client.isAuth(token)
            #expect(good.text == #"{"code":"200","message":"验证成功","data":"1"}"#)
            let none = try await node.client.post("/isAuth", body: .json([:]))
            #expect(none.text == #"{"code":"10119","message":"token必须传递"}"#)
            let bad = try await node.client.isAuth("x")
            #expect(bad.text == Self.expired)
            let refused = try await node.client.auth("unknown")
            #expect(refused.text == #"{"code":"40029","message":"invalid code"}"#)
            for reply in [login, good, none, bad, refused] {
                #expect(reply.status == 200)
                #expect(reply["Content-Type"] == "application/json; charset=utf-8")
                #expect(reply["Cache-Control"] == "no-store")
            }
        }
    }

    @Test func `http mode answers the same shapes with the real status`() async throws {
        try await withNode([.envelopeStatus: "http"]) { backends, node in
            let refused = try await node.client.auth("unknown")
            #expect(refused.status == 401 && refused["WWW-Authenticate"] == "Bearer")
            #expect(refused.text == #"{"code":"40029","message":"invalid code"}"#)
            #expect(try await node.client.auth(try backends.code(for: "blocked")).status == 403)
            #expect(try await node.client.get("/auth").status == 400)
            let bad = try await node.client.isAuth("x")
            #expect(bad.status == 401 && bad.text == Self.expired)
            #expect(try await node.client.post("/isAuth").status == 401)
        }
    }

    @Test(arguments: [40_029, 40_163, 40_226, 40_125, 41_008, -2, -41_003, 99_999_999])
    func `every errcode but 0 is a refusal, told as a string and without data`(_ errcode: Int64) async throws {
        try await withNode(whereWeChatAnswers: ["errcode": .integer(errcode), "openid": "o1", "session_key": "a"]) {
            backends, node in
            let reply = try await node.client.auth("abc")
            guard case .object(let members) = try reply.json() else { return }
            #expect(members.map(\.name) == ["code", "message"])
            #expect(members.first?.value == .string(String(errcode)))
            let login = try await node.client.seedLogIn("abc")
            #expect(try login.json()["err"] != nil && login.text.contains("token") == false)
            try await backends.expectNothingIssued()
        }
    }

    @Test func `isAuth takes the token from its field, a form and the headers, and refuses two that differ`()
        async throws
    {
        try await withNode { backends, node in
            let token = try await node.client.auth(try backends.code()).jwt
            let other = try await node.client.auth(try backends.code(for: "bob")).jwt
            let good = #"{"code":"200","message":"验证成功","data":"1"}"#
            #expect(try await node.client.post("/isAuth", headers: ["token": token]).text == good)
            #expect(try await node.client.post("/isAuth", headers: ["Authorization": "Bearer \(token)"]).text == good)
            let form = try await node.client.post(
                "/isAuth", headers: ["Content-Type": "application/x-www-form-urlencoded"], body: .text("token=\(token)")
            )
            #expect(form.text == good)
            let two = try await node.client.post(
                "/isAuth", headers: ["token": other], body: .json(["token": .string(token)]))
            #expect(two.text == #"{"code":"10002","message":"the request carries two different tokens"}"#)
            let number = try await node.client.post("/isAuth", body: .json(["token": 1]))
            #expect(try number.json()["code"] == "10002" && number.text.contains("token"))
            for body: JSONValue in [["token": ""], ["token": nil], ["Token": .string(token)]] {
                #expect(try await node.client.post("/isAuth", body: .json(body)).text.contains("10119"))
            }
            #expect(try await node.client.post("/isAuth?token=\(token)", body: .json([:])).text.contains("10119"))
        }
    }

    @Test func `a code that is missing, doubled or no code is refused before WeChat is asked`() async throws {
        try await withNode { backends, node in
            let code = try backends.code()
            for query in [
                "", "?code", "?code=", "?code=a%20b", "?code=a%26secret%3Dx", "?code=\(code)&code=\(code)",
                "?code=a+b", "?code=%00", "?code=\(code)%0a", "?code=\(String(repeating: "a", count: 129))",
            ] {
                let reply = try await node.client.get("/auth\(query)")
                #expect(reply.status == 200)
                #expect(try reply.json()["code"] == "10002" && reply.data == nil, "\(query)")
            }
            #expect(backends.sandbox.calls.isEmpty)
        }
    }

    @Test func `logging out, kicking and the end of the session end a token though it has not expired`() async throws {
        try await withTwoNodes { backends, first, second in
            let tokens = [
                try await first.client.auth(try backends.code()).jwt,
                try await first.client.auth(try backends.code()).jwt,
                try await second.client.auth(try backends.code()).jwt,
            ]
            #expect(Set(tokens).count == 3)
            #expect(try await second.client.post("/user/logout", headers: ["token": tokens[0]]).outcome == .success)
            #expect(try await first.client.isAuth(tokens[0]).text == Self.expired)
            let ended = try await first.client.delete("/user/sessions", headers: ["token": tokens[1]])
            #expect(ended.data?["ended"] == 1)
            #expect(try await second.client.isAuth(tokens[2]).text == Self.expired)
            #expect(try await first.client.me(tokens[2]).outcome == .failure(10_001, "kicked", status: 200))
            #expect(try await first.client.isAuth(tokens[1]).text.contains("验证成功"))
            for key in try await backends.redisKeys("session:*") { try await backends.redis.unlink(key) }
            #expect(try await first.client.isAuth(tokens[1]).text == Self.expired)
        }
    }

    @Test func `a token has exactly the claims of the contract, and nothing of WeChat`() async throws {
        try await withNode([.sessionTTL: "2h"]) { backends, node in
            let before = Int64(Date().timeIntervalSince1970)
            let token = try await node.client.auth(try backends.code()).jwt
            let parts = token.split(separator: ".")
            let header = try Self.object(parts[0])
            #expect(header["alg"] == "HS256" && header["typ"] == "at+jwt" && header["kid"]?.stringValue != nil)
            let claims = try Self.object(parts[1])
            guard case .object(let members) = claims else { return }
            #expect(Set(members.map(\.name)) == ["iss", "aud", "sub", "iat", "nbf", "exp", "jti"])
            #expect(claims["iss"] == "wechat-login" && claims["sub"] == "1")
            #expect(claims["aud"]?.stringValue == Backends.appID)
            let issued = try #require(claims["iat"]?.integerValue)
            #expect(issued >= before && issued <= Int64(Date().timeIntervalSince1970))
            #expect(claims["nbf"]?.integerValue == issued && claims["exp"]?.integerValue == issued + 7_200)
            let identifier = try #require(claims["jti"]?.stringValue)
            #expect(identifier.utf8.count == 22)
            for key in try await backends.redisKeys() {
                let text = key + (key.hasSuffix(":index") ? "" : try await backends.redisValue(key) ?? "")
                #expect(!text.contains(identifier) && !text.contains(token))
            }
        }
    }

    private static func object(_ part: Substring) throws -> JSONValue {
        try JSONValue(parsing: ByteBuffer(bytes: try #require(Base64URL.decode(part))))
    }
}

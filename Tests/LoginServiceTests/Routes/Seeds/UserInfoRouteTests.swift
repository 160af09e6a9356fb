import Foundation
import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import RelationalStore
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct UserInfoRouteTests {
    private static let data: JSONValue = [
        "nickName": "Band", "gender": 1, "language": "zh_CN", "city": "广州", "province": "Guangdong",
        "country": "CN", "avatarUrl": "http://wx.qlogo.cn/mmopen/vi_32/a/0",
    ]
    private static let stale = #"{"err":"the data is not under the key of the latest login: call wx.login again"}"#

    @Test func `a profile is answered without who it is of, byte by byte, and stored`() async throws {
        try await withNode { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            let reply = try await node.client.userInfo(token, try backends.openData(Self.data))
            #expect(reply.status == 200 && reply.text == #"{"userInfo":\#(Self.data.text)}"#)
            #expect(reply["Content-Type"] == "application/json; charset=utf-8")
            #expect(reply["Cache-Control"] == "no-store")
            let me = try await node.client.me(token)
            #expect(me.data?["nickname"] == "Band")
            #expect(me.data?["avatarUrl"] == "http://wx.qlogo.cn/mmopen/vi_32/a/0")
        }
    }

    @Test func `data without openId, and a login of any style, will do`() async throws {
        try await withNode { backends, node in
            let tokens = [
                try await node.logIn(try backends.code()).token,
                try await node.client.seedLogIn(try backends.code()).seedToken,
                try await node.client.auth(try backends.code()).jwt,
            ]
            for (number, token) in tokens.enumerated() {
                var data = Self.data.members
                data[0] = JSONMember("nickName", .string("Band \(number)"))
                let sent = try backends.openData(.object(data))
                #expect(try await node.client.userInfo(token, sent).json()["userInfo"]?["nickName"] == data[0].value)
                #expect(try await node.client.me(token).data?["nickname"] == data[0].value)
            }
        }
    }

    @Test func `nobody without a session is listened to`() async throws {
        try await withNode { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            let data = try backends.openData(Self.data)
            _ = try await node.client.post("/user/logout", headers: ["token": token])
            for token in [token, "", "token_" + String(repeating: "a", count: 43)] {
                #expect(try await node.client.userInfo(token, data).text == CreditRouteTests.notLoggedIn)
            }
        }
    }

    @Test func `a field that is missing or malformed is named, whatever the key`() async throws {
        try await withNode([.envelopeStatus: "http"]) { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            let good = try backends.openData(Self.data).members
            let bad: [String: [JSONValue?]] = [
                "rawData": [nil, "", nil, 1],
                "signature": [
                    nil, "x", .string(String(repeating: "g", count: 40)), .string(String(repeating: "a", count: 41)),
                ],
                "encryptedData": [nil, "", "*", "AAAA", .string(String(repeating: "A", count: 30))],
                "iv": [nil, "", "AAAA", "!", .string(Data(count: 17).base64EncodedString())],
            ]
            for (name, values) in bad {
                for value in values {
                    let members = good.filter { $0.name != name } + (value.map { [JSONMember(name, $0)] } ?? [])
                    let reply = try await node.client.userInfo(token, .object(members))
                    let error = try reply.json()["err"]?.stringValue ?? ""
                    #expect(reply.status == 400 && error.contains(name), "\(reply.text)")
                }
            }
        }
    }

    @Test func `rawData counts to the byte: written anew, re-ordered or altered it is other data`() async throws {
        try await withNode([.envelopeStatus: "http"]) { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            let good = try backends.openData(Self.data)
            let members = Self.data.members
            let altered = [
                JSONValue.object(members.reversed()).text, Self.data.text.replacing(":", with: ": "),
                Self.data.text + " ",
                Self.data.text.replacing("Band", with: "band"), Self.data.text.replacing("广", with: #"\u5e7f"#), "{}",
            ]
            for rawData in altered {
                let reply = try await node.client.userInfo(token, good.with("rawData", .string(rawData)))
                #expect(reply.status == 400 && reply.text == #"{"err":"signature is not that of rawData"}"#)
            }
            let signature = try #require(good["signature"]?.stringValue)
            let foreign = String(signature.reversed())
            #expect(try await node.client.userInfo(token, good.with("signature", .string(foreign))).status == 400)
            #expect(try await node.client.me(token).data?["nickname"] == "")
            let upper = good.with("signature", .string(signature.uppercased()))
            #expect(try await node.client.userInfo(token, upper).status == 200)
        }
    }

    @Test func `no bit of encryptedData and of iv can be turned`() async throws {
        try await withNode([.envelopeStatus: "http"]) { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            // Without openId the nickname is in the block that the iv changes bit by bit.
            let good = try backends.openData(.object(Self.data.members + [JSONMember("openId", nil)]))
            let signed = try backends.openData(Self.data)
            let body = good.with("rawData", signed["rawData"]).with("signature", signed["signature"])
            #expect(try await node.client.userInfo(token, body).status == 200)
            for name in ["iv", "encryptedData"] {
                let bytes = Array(try #require(Data(base64Encoded: body[name]?.stringValue ?? "")))
                for position in bytes.indices {
                    var turned = bytes
                    turned[position] ^= 1 << UInt8.random(in: 0..<8)
                    let text = JSONValue.string(Data(turned).base64EncodedString())
                    let reply = try await node.client.userInfo(token, body.with(name, text))
                    #expect([400, 403, 409].contains(reply.status), "\(name) \(position) \(reply.text)")
                    #expect(try reply.json()["userInfo"] == nil)
                }
            }
            #expect(try await node.client.me(token).data?["nickname"] == "Band")
        }
    }

    @Test func `data of somebody else is stale under the own key, and forbidden where it names them`() async throws {
        try await withNode([.envelopeStatus: "http"]) { backends, node in
            let alice = try await node.client.seedLogIn(try backends.code()).seedToken
            _ = try await node.client.seedLogIn(try backends.code(for: "bob")).seedToken
            let foreign = try await node.client.userInfo(alice, try backends.openData(Self.data, of: "bob"))
            #expect(foreign.status == 409 && foreign.text == Self.stale)
            let openID = JSONValue.string(try backends.sandbox.openID(of: "bob"))
            let named = Self.data.members + [JSONMember("openId", openID)]
            let reply = try await node.client.userInfo(alice, try backends.openData(.object(named)))
            #expect(reply.status == 403 && reply.text == #"{"err":"encryptedData is of another user"}"#)
            #expect(try await node.client.me(alice).data?["nickname"] == "")
        }
    }

    @Test func `data for another mini program, too old or of the future is refused`() async throws {
        try await withNode([.envelopeStatus: "http"]) { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            let now = Int64(Date().timeIntervalSince1970)
            let watermarks: [(JSONValue, Int)] = [
                (["timestamp": .integer(now), "appid": .string(Backends.appID)], 200),
                (["timestamp": .integer(now - 500), "appid": .string(Backends.appID)], 200),
                (["timestamp": .integer(now), "appid": "wx0000000000000000"], 400),
                (["timestamp": .integer(now - 700), "appid": .string(Backends.appID)], 400),
                (["timestamp": .integer(now + 700), "appid": .string(Backends.appID)], 400),
                (["timestamp": .integer(now)], 409), (["appid": .string(Backends.appID)], 409), ([:], 409),
            ]
            for (watermark, status) in watermarks {
                let data = JSONValue.object(Self.data.members + [JSONMember("watermark", watermark)])
                let reply = try await node.client.userInfo(token, try backends.openData(data))
                #expect(reply.status == status, "\(watermark) \(reply.text)")
            }
        }
    }

    @Test func `the key of the latest login counts: what WeChat replaced since, and what came before, is stale`()
        async throws
    {
        try await withTwoNodes([.envelopeStatus: "http"]) { backends, first, second in
            let token = try await first.client.seedLogIn(try backends.code()).seedToken
            let before = try backends.openData(Self.data)
            #expect(try await second.client.userInfo(token, before).status == 200)
            try backends.sandbox.rotateSessionKey(of: "alice")
            let after = try backends.openData(Self.data)
            let stale = try await second.client.userInfo(token, after)
            #expect(stale.status == 409 && stale.text == Self.stale)
            // Of the other route, and of no session that the data comes with.
            _ = try await second.client.auth(try backends.code())
            #expect(try await first.client.userInfo(token, after).status == 200)
            #expect(try await first.client.userInfo(token, before).status == 409)
        }
    }

    @Test func `a repeated code brings no older key back`() async throws {
        try await withTwoNodes { backends, first, second in
            let code = try backends.code()
            _ = try await first.client.seedLogIn(code)
            let name = try #require(try await backends.redisKeys("wechat-login:session-key:*").first)
            let value = try await backends.redisValue(name)
            _ = try await second.client.seedLogIn(code)
            #expect(try await backends.redisValue(name) == value)
            let key = try #require(try backends.sandbox.sessionKey(of: "alice"))
            for name in try await backends.redisKeys() {
                let text = name + (name.hasSuffix(":index") ? "" : try await backends.redisValue(name) ?? "")
                #expect(!text.contains(key))
            }
        }
    }

    @Test func `a rotation of SECRET_KEY loses neither tokens nor keys`() async throws {
        let rotated = Data(repeating: 7, count: 32).base64EncodedString() + "," + Backends.secretKey
        try await withBackends { backends in
            let tokens = try await withNode(on: backends) { node in
                [
                    try await node.logIn(try backends.code()).token,
                    try await node.client.seedLogIn(try backends.code()).seedToken,
                    try await node.client.auth(try backends.code()).jwt,
                ]
            }
            try await withNode(on: backends, [.secretKey: rotated]) { node in
                for token in tokens {
                    #expect(try await node.client.me(token).outcome == .success)
                    #expect(try await node.client.credit(token).text == #"{"credit":100}"#)
                    #expect(try await node.client.isAuth(token).text.contains("验证成功"))
                    let reply = try await node.client.userInfo(token, try backends.openData(Self.data))
                    #expect(try reply.json()["userInfo"] != nil, "\(reply.text)")
                }
                let login = try await node.client.auth(try backends.code()).jwt
                #expect(try await node.client.isAuth(login).text.contains("验证成功"))
            }
        }
    }

    @Test func `a body may have 256 KiB here, and a nickname what a nickname may have`() async throws {
        try await withNode([.envelopeStatus: "http"]) { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            let padded = Self.data.members + [JSONMember("x", .string(String(repeating: "x", count: 90_000)))]
            #expect(try await node.client.userInfo(token, try backends.openData(.object(padded))).status == 200)
            let large = try backends.openData(Self.data).with("x", .string(String(repeating: "x", count: 262_144)))
            #expect(
                try await node.client.userInfo(token, large).outcome
                    == .failure(10_004, "payload_too_large", status: 413))
            for nickname in ["a\u{0}b", "a\u{202E}b", String(repeating: "x", count: 65), " "] {
                let data = try backends.openData(["nickName": .string(nickname)])
                let reply = try await node.client.userInfo(token, data)
                #expect(reply.status == 400 && reply.text.contains("nickname"), "\(reply.text)")
            }
            let script = try backends.openData(["nickName": "<script>alert(1)</script>", "avatarUrl": ""])
            let reply = try await node.client.userInfo(token, script)
            #expect(reply.text == #"{"userInfo":{"nickName":"<script>alert(1)</script>","avatarUrl":""}}"#)
            #expect(try await node.client.me(token).data?["avatarUrl"] == "http://wx.qlogo.cn/mmopen/vi_32/a/0")
        }
    }
}

extension Backends {
    /// What a mini program of a user sends to `/userinfo`.
    fileprivate func openData(_ data: JSONValue, of user: String = "alice") throws -> JSONValue {
        let made = try sandbox.makeOpenData(data, for: user)
        return [
            "rawData": .string(made.rawData), "signature": .string(made.signature),
            "encryptedData": .string(made.encryptedData), "iv": .string(made.iv),
        ]
    }
}

extension JSONValue {
    /// The same object with another value of a member.
    fileprivate func with(_ name: String, _ value: JSONValue?) -> JSONValue {
        .object(members.filter { $0.name != name } + (value.map { [JSONMember(name, $0)] } ?? []))
    }
}

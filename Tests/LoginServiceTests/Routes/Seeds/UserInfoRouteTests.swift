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
    @Test func `a profile is answered without who it is of, byte by byte, and stored`() async throws {
        try await withNode { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            let reply = try await node.client.userInfo(token, try backends.openData(OpenProfile.data))
            #expect(reply.status == 200 && reply.text == #"{"userInfo":\#(OpenProfile.data.text)}"#)
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
                var data = OpenProfile.data.members
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
            let data = try backends.openData(OpenProfile.data)
            _ = try await node.client.post("/user/logout", headers: ["token": token])
            for token in [token, "", "token_" + String(repeating: "a", count: 43)] {
                #expect(try await node.client.userInfo(token, data).text == CreditRouteTests.notLoggedIn)
            }
        }
    }

    @Test func `a field that is missing or malformed is named, whatever the key`() async throws {
        try await withNode([.envelopeStatus: "http"]) { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            let good = try backends.openData(OpenProfile.data).members
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
                    let reply = try await node.client.userInfo(token, try backends.openData(OpenProfile.data))
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
            let padded = OpenProfile.data.members + [JSONMember("x", .string(String(repeating: "x", count: 90_000)))]
            #expect(try await node.client.userInfo(token, try backends.openData(.object(padded))).status == 200)
            let large = try backends.openData(OpenProfile.data).with(
                "x", .string(String(repeating: "x", count: 262_144)))
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

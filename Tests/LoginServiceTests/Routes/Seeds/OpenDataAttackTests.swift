import Foundation
import KoaKit
import KoaTesting
import NIOCore
import Testing
import WeChatSandbox

@testable import LoginService

/// Open data that is not what WeChat gave this user for this mini program, lately.
@Suite(.timeLimit(.minutes(2)))
struct OpenDataAttackTests {
    @Test func `rawData counts to the byte: written anew, re-ordered or altered it is other data`() async throws {
        try await withNode([.envelopeStatus: "http"]) { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            let good = try backends.openData(OpenProfile.data)
            let members = OpenProfile.data.members
            let altered = [
                JSONValue.object(members.reversed()).text, OpenProfile.data.text.replacing(":", with: ": "),
                OpenProfile.data.text + " ",
                OpenProfile.data.text.replacing("Band", with: "band"),
                OpenProfile.data.text.replacing("广", with: #"\u5e7f"#), "{}",
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
            let good = try backends.openData(.object(OpenProfile.data.members + [JSONMember("openId", nil)]))
            let signed = try backends.openData(OpenProfile.data)
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
            let foreign = try await node.client.userInfo(alice, try backends.openData(OpenProfile.data, of: "bob"))
            #expect(foreign.status == 409 && foreign.text == OpenProfile.stale)
            let openID = JSONValue.string(try backends.sandbox.openID(of: "bob"))
            let named = OpenProfile.data.members + [JSONMember("openId", openID)]
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
                let data = JSONValue.object(OpenProfile.data.members + [JSONMember("watermark", watermark)])
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
            let before = try backends.openData(OpenProfile.data)
            #expect(try await second.client.userInfo(token, before).status == 200)
            try backends.sandbox.rotateSessionKey(of: "alice")
            let after = try backends.openData(OpenProfile.data)
            let stale = try await second.client.userInfo(token, after)
            #expect(stale.status == 409 && stale.text == OpenProfile.stale)
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
}

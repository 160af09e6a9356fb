import Crypto
import CryptoExtras
import FoundationEssentials
import KoaKit
import KoaTesting
import NIOCore
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct OpenDataTests {
    private func decrypt(_ openData: JSONValue, with sessionKey: String) throws -> JSONValue {
        func bytes(_ base64: String?) throws -> Data { try #require(base64.flatMap { Data(base64Encoded: $0) }) }
        let iv = try AES._CBC.IV(ivBytes: try bytes(openData["iv"]?.stringValue))
        let plaintext = try AES._CBC.decrypt(
            try bytes(openData["encryptedData"]?.stringValue),
            using: SymmetricKey(data: try bytes(sessionKey)), iv: iv)
        return try JSONValue(parsing: ByteBuffer(bytes: plaintext))
    }

    @Test func `open data is signed and encrypted under the user's session_key`() async throws {
        let app = SandboxApp(
            appid: SandboxFixture.appid, secret: SandboxFixture.secret, openPlatformAccount: "account")
        try await withSandbox(apps: [app]) { fixture in
            let key = try await fixture.sessionKey(of: "alice")
            try fixture.sandbox.advanceClock(by: .seconds(7))
            let data = #"{"nickName":"阿丽","gender":0}"#
            let reply = try await fixture.post("/sandbox/open-data", #"{"user":"alice","data":\#(data)}"#).json()
            #expect(reply["rawData"]?.stringValue == data)
            #expect(reply["signature"]?.stringValue == SessionKey(key).openDataSignature(of: data))
            #expect(
                try decrypt(reply, with: key) == [
                    "openId": .string(try fixture.sandbox.openID(of: "alice")), "nickName": "阿丽", "gender": 0,
                    "unionId": .string(try #require(try fixture.sandbox.unionID(of: "alice"))),
                    // Not of the advanced clock: whoever checks the data goes by a clock of their own.
                    "watermark": ["timestamp": 1_700_000_000, "appid": .string(SandboxFixture.appid)],
                ])
        }
    }

    @Test func `data has its own openId, unionId and watermark when it says so`() async throws {
        try await withSandbox { fixture in
            let key = try await fixture.sessionKey(of: "alice")
            let data: JSONValue = [
                "openId": "someone else", "unionId": nil, "watermark": ["timestamp": 1, "appid": "wx-other"],
            ]
            let openData = try fixture.sandbox.makeOpenData(data, for: "alice")
            #expect(openData.rawData == data.text)
            let json: JSONValue = ["encryptedData": .string(openData.encryptedData), "iv": .string(openData.iv)]
            #expect(
                try decrypt(json, with: key) == [
                    "openId": "someone else", "watermark": ["timestamp": 1, "appid": "wx-other"],
                ])
        }
    }

    @Test func `phone data has a watermark and no openId`() async throws {
        try await withSandbox { fixture in
            let key = try await fixture.sessionKey(of: "alice")
            let body = #"{"user":"alice","data":{"purePhoneNumber":"13580006666"}}"#
            let plain = try decrypt(try await fixture.post("/sandbox/open-data", body).json(), with: key)
            #expect(plain["purePhoneNumber"] == "13580006666" && plain["openId"] == nil)
            #expect(plain["watermark"]?["appid"]?.stringValue == SandboxFixture.appid)
        }
    }

    @Test(arguments: ["rotate", "expire"])
    func `data made after the old key's end cannot be decrypted with it`(end: String) async throws {
        try await withSandbox { fixture in
            let old = try await fixture.sessionKey(of: "alice")
            #expect(try await fixture.post("/sandbox/session-keys/\(end)", #"{"user":"alice"}"#).status == 200)
            let body = #"{"user":"alice","data":{"nickName":"Band"}}"#
            let openData = try await fixture.post("/sandbox/open-data", body).json()
            // One wrong key in some 256 leaves bytes that look padded, and they are no JSON.
            #expect(throws: (any Error).self) { try decrypt(openData, with: old) }
            let signature = SessionKey(old).openDataSignature(of: #"{"nickName":"Band"}"#)
            #expect(openData["signature"]?.stringValue != signature)
            let new = try await fixture.sessionKey(of: "alice")
            #expect(try decrypt(openData, with: new)["nickName"] == "Band")
        }
    }

    @Test func `the signature of open data is WeChat's published one`() {
        let rawData =
            #"{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","#
            + #""country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol"#
            + #"6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}"#
        #expect(
            SessionKey("HyVFkGl5F5OQWJZZaNzBBg==").openDataSignature(of: rawData)
                == "75e81ceda165f4ffa64f4068af58c64b8f54b88c")
    }

    @Test(arguments: [
        (#"{"foo":"bar"}"#, "654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b"),
        ("", "46e043c5525c2d817c44be603d30837a808a1d930d038f6fdc3e62a201fed128"),
    ])
    func `the signature of a login state is WeChat's published one`(body: String, signature: String) {
        #expect(SessionKey("o0q0otL8aEzpcZL/FT9WsQ==").loginStateSignature(of: body) == signature)
    }

    @Test func `encryption gives WeChat's published ciphertext`() throws {
        let plaintext =
            #"{"openId":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","nickName":"Band","gender":1,"language":"zh_CN","#
            + #""city":"Guangzhou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/"#
            + #"aSKcBBPpibyKNicHNTMM0qJVh8Kjgiak2AHWr8MHM4WgMEm7GFhsf8OYrySdbvAMvTsw3mo8ibKicsnfN5pRjl1p8HQ/0","#
            + #""unionId":"ocMvos6NjeKLIBqg5Mr9QjxrP1FA","watermark":{"timestamp":1477314187,"#
            + #""appid":"wx4f4bc4dec97d474b"}}"#
        let iv = try #require(Data(base64Encoded: "r7BXXKkLb8qrSNn05n0qiA=="))
        let encrypted = try #require(SessionKey("tiihtNczf5v6AKRyjwEUhQ==").encrypt(plaintext, iv: iv))
        #expect(SHA256.hash(data: encrypted).hex == "37d51d3f56b5f78d5d02b7962f669c58dfed703f138aa60a2c3b2a1597ad6c00")
        let text = Data(encrypted.base64EncodedString().utf8)
        #expect(SHA256.hash(data: text).hex == "7842122eb129390ef7ca47b91ae8d142553fc5849eaad857552491f090118a51")
    }
}

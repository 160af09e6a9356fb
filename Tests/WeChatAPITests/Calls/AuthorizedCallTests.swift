import Foundation
import Testing
import WeChatAPI

@Suite(.timeLimit(.minutes(1)))
struct AuthorizedCallTests {
    private func phone(_ client: AuthorizedWeChatClient) async throws -> PhoneInfo {
        try await client.phoneInfo(
            code: try #require(PhoneCode(Fixture.phoneCode)), openID: try OpenDataVector.openID())
    }

    private static func phoneReply(_ countryCode: String = #""86""#, appID: String = Fixture.appID) -> ScriptedAction {
        Fixture.ok(
            #""errcode":0,"errmsg":"ok","phone_info":{"phoneNumber":"13580006666","purePhoneNumber":"13580006666","#
                + #""countryCode":\#(countryCode),"watermark":{"timestamp":1637744274,"appid":"\#(appID)"}}"#)
    }

    @Test(arguments: ["86", #""86""#])
    func `a phone code is exchanged with the openid it must be from`(countryCode: String) async throws {
        let (info, requests) = try await Fixture.authorized([Self.phoneReply(countryCode)]) { client, _ in
            try await phone(client)
        }
        #expect(info.purePhoneNumber == "13580006666")
        #expect(info.countryCode == "86")
        let request = try #require(requests.first)
        #expect(
            request.hasPrefix("POST /wxa/business/getuserphonenumber?access_token=\(TokenShelf.texts[0]) HTTP/1.1\r\n"))
        let body = try #require(request.split(separator: "\r\n\r\n").last)
        #expect(body.contains(#""code":"\#(Fixture.phoneCode)""#))
        #expect(body.contains(#""openid":"\#(Fixture.openID)""#))
        #expect(!body.contains("access_token"))
    }

    @Test func `a phone of another mini program is not taken`() async throws {
        let (error, _) = try await Fixture.authorizedFailure([Self.phoneReply(appID: "wx0")]) {
            _ = try await phone($0)
        }
        #expect(error.code == .malformedReply)
    }

    @Test(arguments: ["40029", "40003", "40013"])
    func `a code of another user, mini program or kind is an invalid code`(errcode: String) async throws {
        let (error, requests) = try await Fixture.authorizedFailure([Fixture.refusal(errcode)]) {
            _ = try await phone($0)
        }
        #expect(error.code == .invalidCode)
        #expect(error.errcode == Int(errcode))
        #expect(requests.count == 1)
    }

    @Test func `a phone code is not sent twice to a busy WeChat or after a reset`() async throws {
        for action in [Fixture.refusal("-1"), .reset] {
            let (error, requests) = try await Fixture.authorizedFailure([action, Self.phoneReply()]) {
                _ = try await phone($0)
            }
            #expect(error.isAmbiguous)
            #expect(requests.count == 1)
        }
    }

    @Test(arguments: ["40001", "40014", "42001", #""42001""#])
    func `a refused token is discarded and the call made once more with the next one`(errcode: String) async throws {
        let (_, requests) = try await Fixture.authorized([Fixture.refusal(errcode), Self.phoneReply()]) {
            client, shelf in
            _ = try await phone(client)
            #expect(shelf.discarded == [TokenShelf.texts[0]])
        }
        #expect(requests.count == 2)
        #expect(requests.last?.contains("access_token=\(TokenShelf.texts[1]) ") == true)
    }

    @Test func `a second refused token ends the call`() async throws {
        let script = [Fixture.refusal("40001"), Fixture.refusal("40001"), Self.phoneReply()]
        let (error, requests) = try await Fixture.authorizedFailure(script) { _ = try await phone($0) }
        #expect(error.code == .invalidAccessToken)
        #expect(requests.count == 2)
    }

    @Test func `a session key is checked by its signature of nothing`() async throws {
        let script = [Fixture.ok(), Fixture.refusal("87009"), Fixture.refusal("-1"), Fixture.ok()]
        let key = try OpenDataVector.sessionKey("o0q0otL8aEzpcZL/FT9WsQ==")
        let openID = try OpenDataVector.openID()
        let (answers, requests) = try await Fixture.authorized(script) { client, _ in
            [
                try await client.isCurrent(key, of: openID), try await client.isCurrent(key, of: openID),
                try await client.isCurrent(key, of: openID),
            ]
        }
        #expect(answers == [true, false, true])
        #expect(
            requests.first?.hasPrefix(
                "GET /wxa/checksession?access_token=\(TokenShelf.texts[0])&openid=\(Fixture.openID)"
                    + "&signature=46e043c5525c2d817c44be603d30837a808a1d930d038f6fdc3e62a201fed128"
                    + "&sig_method=hmac_sha256 HTTP/1.1\r\n") == true)
    }

    @Test func `a session key is replaced by the one that WeChat answers`() async throws {
        let reply = Fixture.ok(#""errcode":0,"openid":"\#(Fixture.openID)","session_key":"\#(Fixture.sessionKey)""#)
        let openID = try OpenDataVector.openID()
        let (key, requests) = try await Fixture.authorized([reply]) { client, _ in
            try await client.resetSessionKey(try OpenDataVector.sessionKey(), of: openID)
        }
        #expect(key.rawValue == Fixture.sessionKey)
        #expect(requests.first?.hasPrefix("GET /wxa/resetusersessionkey?access_token=") == true)
        let foreign = Fixture.ok(#""openid":"o-somebody","session_key":"k""#)
        let (error, _) = try await Fixture.authorizedFailure([foreign]) {
            _ = try await $0.resetSessionKey(try OpenDataVector.sessionKey(), of: openID)
        }
        #expect(error.code == .malformedReply)
        let (stale, _) = try await Fixture.authorizedFailure([Fixture.refusal("87009")]) {
            _ = try await $0.resetSessionKey(try OpenDataVector.sessionKey(), of: openID)
        }
        #expect(stale.code == .staleSessionKey)
    }

    @Test func `encrypted data is known to WeChat by its hash, for three days`() async throws {
        let data = EncryptedOpenData(encryptedData: OpenDataVector.encryptedData, iv: OpenDataVector.iv)
        let known = Fixture.ok(#""errcode":0,"vaild":true,"create_time":1629121902"#)
        let script = [known, Fixture.refusal("1"), Fixture.ok(#""errcode":0,"vaild":false,"create_time":0"#)]
        let (times, requests) = try await Fixture.authorized(script) { client, _ in
            [
                try await client.encryptionTime(of: data), try await client.encryptionTime(of: data, hashing: .bytes),
                try await client.encryptionTime(of: data),
            ]
        }
        #expect(times == [Date(timeIntervalSince1970: 1_629_121_902), nil, nil])
        #expect(requests[0].contains("7842122eb129390ef7ca47b91ae8d142553fc5849eaad857552491f090118a51"))
        #expect(requests[1].contains("37d51d3f56b5f78d5d02b7962f669c58dfed703f138aa60a2c3b2a1597ad6c00"))
    }

    @Test(arguments: [("48001", WeChatError.Code.unauthorized), ("50002", .unauthorized), ("45011", .quotaExceeded)])
    func `any other refusal keeps its meaning and is not repeated`(
        errcode: String, code: WeChatError.Code
    ) async throws {
        let (error, requests) = try await Fixture.authorizedFailure([Fixture.refusal(errcode)]) {
            _ = try await phone($0)
        }
        #expect(error.code == code)
        #expect(requests.count == 1)
    }
}

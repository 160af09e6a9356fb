import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct PhoneNumberTests {
    private static let otherAppid = "wx00000000000000aa"

    private func exchange(
        _ code: String, in fixture: SandboxFixture, token: String? = nil, more: String = ""
    ) async throws -> TestReply {
        let token = if let token { token } else { try await fixture.stableToken() }
        return try await fixture.post(
            "/wxa/business/getuserphonenumber?access_token=\(token)", #"{"code":"\#(code)"\#(more)}"#)
    }

    @Test func `a phone code is exchanged for the number, once`() async throws {
        try await withSandbox { fixture in
            let minted = try await fixture.post(
                "/sandbox/phone-codes", #"{"user":"alice","phone":"13580006666"}"#)
            let code = try #require(try minted.json()["code"]?.stringValue)
            #expect(code.wholeMatch(of: /[0-9a-f]{64}/) != nil)
            let reply = try await exchange(code, in: fixture)
            #expect(reply.status == 200)
            #expect(reply["Content-Type"] == "application/json")
            #expect(
                try reply.json() == [
                    "errcode": 0, "errmsg": "ok",
                    "phone_info": [
                        "phoneNumber": "13580006666", "purePhoneNumber": "13580006666", "countryCode": "86",
                        "watermark": ["timestamp": 1_700_000_000, "appid": .string(SandboxFixture.appid)],
                    ],
                ])
            #expect(try await exchange(code, in: fixture).errcode == 40_029)
        }
    }

    @Test func `a number from elsewhere has a prefix, and the country's code can be a number`() async throws {
        try await withSandbox { fixture in
            let body = #"{"user":"alice","phone":"51234567","countryCode":852}"#
            let code = try #require(try await fixture.post("/sandbox/phone-codes", body).json()["code"]?.stringValue)
            let info = try await exchange(code, in: fixture).json()["phone_info"]
            #expect(info?["phoneNumber"] == "+85251234567")
            #expect(info?["purePhoneNumber"] == "51234567")
            #expect(info?["countryCode"] == 852)
        }
    }

    @Test(arguments: [(299, 0), (300, 40_029)] as [(Int, Int64)])
    func `a phone code lives for five minutes`(age: Int, errcode: Int64) async throws {
        try await withSandbox { fixture in
            let code = try fixture.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
            try fixture.sandbox.advanceClock(by: .seconds(age))
            #expect(try await exchange(code, in: fixture).errcode == errcode)
        }
    }

    @Test func `login codes and phone codes are of two kinds`() async throws {
        try await withSandbox { fixture in
            let login = try fixture.sandbox.makeLoginCode(for: "alice")
            let phone = try fixture.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
            #expect(try await exchange(login, in: fixture).errcode == 40_029)
            #expect(try await fixture.exchange(phone).errcode == 40_029)
            #expect(try await exchange(phone, in: fixture).errcode == 0)
            #expect(try await fixture.exchange(login).errcode == nil)
        }
    }

    @Test func `a code is bound to its user when the openid is given`() async throws {
        try await withSandbox { fixture in
            let code = try fixture.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
            let (alice, bob) = (try fixture.sandbox.openID(of: "alice"), try fixture.sandbox.openID(of: "bob"))
            #expect(try await exchange(code, in: fixture, more: #","openid":"\#(bob)""#).errcode == 40_003)
            #expect(try await exchange(code, in: fixture, more: #","openid":"\#(alice)""#).errcode == 0)
        }
    }

    @Test func `a code of another app names the appid, and stays good for its own`() async throws {
        let apps = [SandboxFixture.appid, Self.otherAppid].map { SandboxApp(appid: $0, secret: SandboxFixture.secret) }
        try await withSandbox(apps: apps) { fixture in
            let code = try fixture.sandbox.makePhoneCode(for: "alice", phone: "13580006666", appid: Self.otherAppid)
            #expect(try await exchange(code, in: fixture).errcode == 40_013)
            let token = try await fixture.stableToken(appid: Self.otherAppid)
            #expect(try await exchange(code, in: fixture, token: token).errcode == 0)
        }
    }

    @Test(arguments: [
        ("POST", "", #"{"code":"x"}"#, 41_001), ("POST", "?access_token=", #"{"code":"x"}"#, 41_001),
        ("POST", "", #"{"code":"x","access_token":"TOKEN"}"#, 41_001),
        ("POST", "?access_token=TOKEN", #"{"code":"x","access_token":"TOKEN"}"#, 47_001),
        ("POST", "?access_token=short", "{}", 40_014), ("POST", "?access_token=12_\(unknown)", "{}", 40_001),
        ("GET", "?access_token=TOKEN", "", 43_002), ("POST", "?access_token=TOKEN", "", 44_002),
        ("POST", "?access_token=TOKEN", "{", 47_001), ("POST", "?access_token=TOKEN", "[]", 47_001),
        ("POST", "?access_token=TOKEN", "{}", 41_008), ("POST", "?access_token=TOKEN", #"{"code":7}"#, 41_008),
        ("POST", "?access_token=TOKEN", #"{"code":"x"}"#, 40_029),
    ])
    func `the first thing that is wrong is named`(
        method: String, query: String, body: String, errcode: Int64
    ) async throws {
        try await withSandbox { fixture in
            let token = try await fixture.stableToken()
            let target = "/wxa/business/getuserphonenumber" + query.replacing("TOKEN", with: token)
            let reply = try await fixture.send(method, target, body.replacing("TOKEN", with: token))
            #expect(reply.status == 200)
            #expect(reply["Content-Type"] == "application/json")
            #expect(reply.errcode == errcode)
            let message = try #require(try reply.json()["errmsg"]?.stringValue)
            #expect(message.firstMatch(of: #/ rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/#) != nil)
        }
    }

    private static let unknown = String(repeating: "a", count: 133)
}

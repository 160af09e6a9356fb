import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct StableAccessTokenTests {
    @Test func `the same token comes until its last five minutes, then a new one beside it`() async throws {
        try await withSandbox { fixture in
            let first = try await fixture.stableTokenReply().json()
            let old = try #require(first["access_token"]?.stringValue)
            #expect(first["expires_in"] == 7_200 && first["errcode"] == nil)
            try fixture.sandbox.advanceClock(by: .seconds(6_899))
            #expect(
                try await fixture.stableTokenReply().json() == ["access_token": .string(old), "expires_in": 301])
            try fixture.sandbox.advanceClock(by: .seconds(1))
            let second = try await fixture.stableTokenReply().json()
            let new = try #require(second["access_token"]?.stringValue)
            #expect(new != old && second["expires_in"] == 7_200)
            #expect(try await fixture.verdict(on: old) == 40_029)
            #expect(try await fixture.verdict(on: new) == 40_029)
            try fixture.sandbox.advanceClock(by: .seconds(300))
            #expect(try await fixture.verdict(on: old) == 42_001)
            #expect(try await fixture.verdict(on: new) == 40_029)
        }
    }

    @Test func `a forced refresh ends the old token at once`() async throws {
        try await withSandbox { fixture in
            let old = try await fixture.stableToken()
            let new = try await fixture.stableToken(forceRefresh: true)
            #expect(new != old)
            #expect(try await fixture.verdict(on: old) == 40_001)
            #expect(try await fixture.verdict(on: new) == 40_029)
        }
    }

    @Test func `a second forced refresh within 30 seconds is none`() async throws {
        try await withSandbox { fixture in
            let first = try await fixture.stableToken(forceRefresh: true)
            try fixture.sandbox.advanceClock(by: .seconds(29))
            #expect(try await fixture.stableToken(forceRefresh: true) == first)
            try fixture.sandbox.advanceClock(by: .seconds(1))
            #expect(try await fixture.stableToken(forceRefresh: true) != first)
        }
    }

    @Test func `an app has 20 forced refreshes a day`() async throws {
        try await withSandbox { fixture in
            for _ in 0..<20 {
                #expect(try await fixture.stableTokenReply(forceRefresh: true).errcode == nil)
                try fixture.sandbox.advanceClock(by: .seconds(30))
            }
            #expect(try await fixture.stableTokenReply(forceRefresh: true).errcode == 45_009)
            #expect(try await fixture.stableTokenReply(forceRefresh: false).errcode == nil)
            try fixture.sandbox.advanceClock(by: .seconds(86_400))
            #expect(try await fixture.stableTokenReply(forceRefresh: true).errcode == nil)
        }
    }

    @Test(
        arguments: [
            ("", 44_002), ("{", 47_001), ("[]", 47_001), ("{}", 41_002), (#"{"appid":"wx0"}"#, 41_004),
            (#"{"appid":"wx0","secret":"s","force_refresh":"true"}"#, 47_001),
            (#"{"appid":"wx0","secret":"s"}"#, 40_002),
            (#"{"appid":"wx0","secret":"s","grant_type":"authorization_code"}"#, 40_002),
            (#"{"appid":"wx0","secret":"s","grant_type":"client_credential"}"#, 40_013),
            (#"{"appid":"\#(SandboxFixture.appid)","secret":"s","grant_type":"client_credential"}"#, 40_125),
        ] as [(String, Int64)])
    func `the first thing that is wrong is named`(body: String, errcode: Int64) async throws {
        try await withSandbox { fixture in
            let reply = try await fixture.post("/cgi-bin/stable_token", body)
            #expect(reply.status == 200)
            #expect(reply["Content-Type"] == "application/json")
            #expect(reply.errcode == errcode)
            let message = try #require(try reply.json()["errmsg"]?.stringValue)
            #expect(message.firstMatch(of: #/, hint: \[[0-9A-Za-z]+\] rid: /#) != nil)
        }
    }

    @Test func `a GET is told to be a POST`() async throws {
        try await withSandbox { fixture in
            let reply = try await fixture.send("GET", "/cgi-bin/stable_token?appid=wx0")
            #expect(reply.errcode == 43_002)
        }
    }
}

extension SandboxFixture {
    /// What an API that needs a token says when nothing but the token can be right.
    func verdict(on token: String) async throws -> Int64? {
        try await post("/wxa/business/getuserphonenumber?access_token=\(token)", #"{"code":"none"}"#).errcode
    }
}

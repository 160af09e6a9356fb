import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct LegacyAccessTokenTests {
    @Test func `each call makes a new token, and the old one lives five more minutes`() async throws {
        try await withSandbox { fixture in
            let first = try await fixture.legacyToken()
            let old = try #require(try first.json()["access_token"]?.stringValue)
            #expect(try first.json()["expires_in"] == 7_200 && first.errcode == nil)
            #expect(first["Content-Type"] == "application/json")
            let new = try #require(try await fixture.legacyToken().json()["access_token"]?.stringValue)
            #expect(new != old)
            try fixture.sandbox.advanceClock(by: .seconds(299))
            #expect(try await fixture.verdict(on: old) == 40_029)
            try fixture.sandbox.advanceClock(by: .seconds(1))
            #expect(try await fixture.verdict(on: old) == 40_001)
            #expect(try await fixture.verdict(on: new) == 40_029)
            try fixture.sandbox.advanceClock(by: .seconds(6_900))
            #expect(try await fixture.verdict(on: new) == 42_001)
        }
    }

    @Test func `the two kinds of tokens know nothing of each other`() async throws {
        try await withSandbox { fixture in
            let legacy = try #require(try await fixture.legacyToken().json()["access_token"]?.stringValue)
            let stable = try await fixture.stableToken(forceRefresh: true)
            #expect(try await fixture.verdict(on: legacy) == 40_029)
            for _ in 0..<2 { _ = try await fixture.legacyToken() }
            try fixture.sandbox.advanceClock(by: .seconds(300))
            #expect(try await fixture.verdict(on: stable) == 40_029)
            #expect(try await fixture.stableToken() == stable)
        }
    }

    @Test func `an app has 2000 calls a day of Beijing's`() async throws {
        try await withSandbox { fixture in
            let app = try fixture.sandbox.app(nil)
            let spent = fixture.sandbox.withState { state in
                (0..<2_000).filter { _ in (try? state.spendQuota(of: .accessToken, in: app)) != nil }.count
            }
            #expect(spent == 2_000)
            #expect(try await fixture.legacyToken().errcode == 45_009)
            // The clock stands at 06:13:20 in Beijing.
            try fixture.sandbox.advanceClock(by: .seconds(17 * 3_600 + 46 * 60 + 39))
            #expect(try await fixture.legacyToken().errcode == 45_009)
            try fixture.sandbox.advanceClock(by: .seconds(1))
            #expect(try await fixture.legacyToken().errcode == nil)
        }
    }

    @Test(
        arguments: [
            ("", 41_002), ("appid=wx0", 41_004), ("appid=wx0&secret=s", 40_002),
            ("appid=wx0&secret=s&grant_type=authorization_code", 40_002),
            ("appid=wx0&secret=s&grant_type=client_credential", 40_013),
            ("appid=\(SandboxFixture.appid)&secret=s&grant_type=client_credential", 40_125),
        ] as [(String, Int64)])
    func `the first thing that is wrong is named`(query: String, errcode: Int64) async throws {
        try await withSandbox { fixture in
            let reply = try await fixture.send("GET", "/cgi-bin/token?\(query)")
            #expect(reply.status == 200)
            #expect(reply.errcode == errcode)
            let post = try await fixture.post("/cgi-bin/token", query)
            #expect(post.errcode == 41_002)
        }
    }

    @Test func `a frozen app and a foreign address get no token of either kind`() async throws {
        try await withSandbox { fixture in
            #expect(try await fixture.post("/sandbox/apps", #"{"frozen":true}"#).status == 200)
            #expect(try await fixture.legacyToken().errcode == 40_243)
            #expect(try await fixture.stableTokenReply().errcode == 40_243)
            let body = #"{"frozen":false,"allowedAddresses":["10.0.0.1"]}"#
            let app = try await fixture.post("/sandbox/apps", body).json()
            #expect(
                app == [
                    "appid": .string(SandboxFixture.appid), "frozen": false, "allowedAddresses": ["10.0.0.1"],
                ])
            let refusal = try await fixture.legacyToken()
            #expect(refusal.errcode == 40_164 && refusal.text.contains("invalid ip 127.0.0.1"))
            #expect(try await fixture.stableTokenReply().errcode == 40_164)
            // The login itself needs no token.
            #expect(try await fixture.exchange(try fixture.sandbox.makeLoginCode(for: "alice")).errcode == nil)
            _ = try await fixture.post("/sandbox/apps", #"{"allowedAddresses":null}"#)
            #expect(try await fixture.legacyToken().errcode == nil)
        }
    }

    @Test(arguments: [("expire", 42_001), ("revoke", 40_001)] as [(String, Int64)])
    func `tokens can be ended before their time, and new ones are good`(end: String, errcode: Int64) async throws {
        try await withSandbox { fixture in
            let tokens = [
                try #require(try await fixture.legacyToken().json()["access_token"]?.stringValue),
                try await fixture.stableToken(),
            ]
            #expect(try await fixture.post("/sandbox/access-tokens/\(end)", "{}").status == 200)
            for token in tokens { #expect(try await fixture.verdict(on: token) == errcode) }
            #expect(try await fixture.verdict(on: try await fixture.stableToken()) == 40_029)
        }
    }
}

extension SandboxFixture {
    func legacyToken() async throws -> TestReply {
        let query = "grant_type=client_credential&appid=\(Self.appid)&secret=\(Self.secret)"
        return try await send("GET", "/cgi-bin/token?\(query)")
    }
}

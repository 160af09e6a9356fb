import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct Code2SessionTests {
    private static let otherAppid = "wx00000000000000aa"

    @Test func `a code is exchanged for an openid and a session_key, without an errcode`() async throws {
        try await withSandbox { fixture in
            let code = try fixture.sandbox.makeLoginCode(for: "alice")
            let reply = try await fixture.exchange(code)
            let json = try reply.json()
            #expect(reply.status == 200)
            #expect(reply["Content-Type"] == "text/plain")
            #expect(json["openid"]?.stringValue == (try fixture.sandbox.openID(of: "alice")))
            #expect(json["session_key"]?.stringValue?.utf8.count == 24)
            #expect(json["errcode"] == nil && json["errmsg"] == nil && json["unionid"] == nil)
        }
    }

    @Test(
        arguments: [
            (nil, nil, nil, nil, 41_002), ("", "x", "x", "x", 41_002), ("wx0", nil, "x", "x", 41_004),
            ("wx0", "x", nil, "x", 41_008), ("wx0", "x", "", "x", 41_008), ("wx0", "x", "x", nil, 40_002),
            ("wx0", "x", "x", "client_credential", 40_002), ("wx0", "x", "x", "authorization_code", 40_013),
            (SandboxFixture.appid, "x", "x", "authorization_code", 40_125),
            (SandboxFixture.appid, SandboxFixture.secret, "x", "authorization_code", 40_029),
            (SandboxFixture.appid, SandboxFixture.secret, "%20%00%ff", "authorization_code", 40_029),
        ] as [(String?, String?, String?, String?, Int64)])
    func `the first thing that is wrong is named, with HTTP 200`(
        appid: String?,
        secret: String?,
        code: String?,
        grantType: String?,
        errcode: Int64
    ) async throws {
        try await withSandbox { fixture in
            let reply = try await fixture.exchange(code, appid: appid, secret: secret, grantType: grantType)
            #expect(reply.status == 200)
            #expect(reply["Content-Type"] == "text/plain")
            #expect(reply.errcode == errcode)
            let message = try reply.json()["errmsg"]?.stringValue ?? ""
            #expect(message.contains(", hints: [ req_id: ") && message.hasSuffix(" ]"))
        }
    }

    @Test func `a POST finds no parameters in its body`() async throws {
        try await withSandbox { fixture in
            let reply = try await fixture.post("/sns/jscode2session", #"{"appid":"wx0"}"#)
            #expect(reply.errcode == 41_002)
        }
    }

    @Test func `a POST with its parameters in the query is told to be a GET, and spends nothing`() async throws {
        try await withSandbox { fixture in
            let code = try fixture.sandbox.makeLoginCode(for: "alice")
            #expect(try await fixture.exchange(code, method: "POST").errcode == 43_001)
            #expect(try await fixture.exchange(code).errcode == nil)
        }
    }

    @Test func `a code works once`() async throws {
        try await withSandbox { fixture in
            let code = try fixture.sandbox.makeLoginCode(for: "alice")
            #expect(try await fixture.exchange(code).errcode == nil)
            #expect(try await fixture.exchange(code).errcode == 40_163)
        }
    }

    @Test(arguments: [(299, nil), (300, 40_029)] as [(Int, Int64?)])
    func `a code lives for five minutes`(age: Int, errcode: Int64?) async throws {
        try await withSandbox { fixture in
            let code = try fixture.sandbox.makeLoginCode(for: "alice")
            try fixture.sandbox.advanceClock(by: .seconds(age))
            #expect(try await fixture.exchange(code).errcode == errcode)
        }
    }

    @Test func `a code of another app is invalid, and stays good for its own`() async throws {
        let apps = [SandboxFixture.appid, Self.otherAppid].map { SandboxApp(appid: $0, secret: SandboxFixture.secret) }
        try await withSandbox(apps: apps) { fixture in
            let code = try fixture.sandbox.makeLoginCode(for: "alice", appid: Self.otherAppid)
            #expect(try await fixture.exchange(code).errcode == 40_029)
            #expect(try await fixture.exchange(code, appid: Self.otherAppid).errcode == nil)
        }
    }

    @Test func `a high-risk user is refused`() async throws {
        try await withSandbox { fixture in
            let blocked = try fixture.sandbox.makeLoginCode(for: "blocked")
            #expect(try await fixture.exchange(blocked).errcode == 40_226)
            let marked = try fixture.sandbox.makeLoginCode(for: "mallory", risk: .high)
            #expect(try await fixture.exchange(marked).errcode == 40_226)
            let forgiven = try fixture.sandbox.makeLoginCode(for: "mallory", risk: .normal)
            #expect(try await fixture.exchange(forgiven).errcode == nil)
        }
    }

    @Test func `the 101st call for a user in a minute is over the quota, and spends nothing`() async throws {
        try await withSandbox { fixture in
            for _ in 0..<100 {
                let code = try fixture.sandbox.makeLoginCode(for: "alice")
                #expect(try await fixture.exchange(code).errcode == nil)
            }
            let code = try fixture.sandbox.makeLoginCode(for: "alice")
            #expect(try await fixture.exchange(code).errcode == 45_011)
            let other = try fixture.sandbox.makeLoginCode(for: "bob")
            #expect(try await fixture.exchange(other).errcode == nil)
            try fixture.sandbox.advanceClock(by: .seconds(60))
            #expect(try await fixture.exchange(code).errcode == nil)
        }
    }

    @Test func `apps of one Open Platform account see one unionid and openids of their own`() async throws {
        let apps = [SandboxFixture.appid, Self.otherAppid].map {
            SandboxApp(appid: $0, secret: SandboxFixture.secret, openPlatformAccount: "account")
        }
        try await withSandbox(apps: apps) { fixture in
            let replies = try await [
                fixture.exchange(try fixture.sandbox.makeLoginCode(for: "alice", appid: SandboxFixture.appid)).json(),
                fixture.exchange(
                    try fixture.sandbox.makeLoginCode(for: "alice", appid: Self.otherAppid),
                    appid: Self.otherAppid
                ).json(),
            ]
            #expect(replies[0]["unionid"]?.stringValue != nil)
            #expect(replies[0]["unionid"] == replies[1]["unionid"])
            #expect(replies[0]["openid"] != replies[1]["openid"])
        }
    }

    @Test func `now and then a success has a member that nobody documented`() async throws {
        try await withSandbox { fixture in
            var extras = 0
            for _ in 0..<20 {
                let reply = try await fixture.exchange(try fixture.sandbox.makeLoginCode(for: "alice")).json()
                if reply["expires_in"] != nil { extras += 1 }
            }
            #expect(extras == 2)
        }
    }

    @Test(arguments: ["/", "/sns/jscode2sessions", "/cgi-bin/tokens?grant_type=client_credential", "/sandboxes"])
    func `a path that does not exist is an errcode with HTTP 200`(path: String) async throws {
        try await withSandbox { fixture in
            let reply = try await fixture.send("GET", path)
            #expect(reply.status == 200)
            #expect(reply.errcode == 40_066)
            let message = try #require(try reply.json()["errmsg"]?.stringValue)
            #expect(message.contains(" rid: "))
        }
    }
}

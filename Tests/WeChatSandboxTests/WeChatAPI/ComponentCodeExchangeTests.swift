import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct ComponentCodeExchangeTests {
    private func token(_ more: String = "", in fixture: SandboxFixture) async throws -> String {
        let reply = try await fixture.post("/sandbox/component-tokens", #"{"component":"wx-platform"\#(more)}"#)
        return try #require(try reply.json()["component_access_token"]?.stringValue)
    }

    private func exchange(
        _ code: String, token: String, component: String = "wx-platform", in fixture: SandboxFixture
    ) async throws -> TestReply {
        try await fixture.send(
            "GET",
            "/sns/component/jscode2session?appid=\(SandboxFixture.appid)&js_code=\(code)"
                + "&grant_type=authorization_code&component_appid=\(component)&component_access_token=\(token)")
    }

    @Test func `an authorised platform exchanges a code without the AppSecret`() async throws {
        try await withSandbox { fixture in
            let token = try await token(in: fixture)
            let code = try fixture.sandbox.makeLoginCode(for: "alice")
            let reply = try await exchange(code, token: token, in: fixture)
            #expect(reply["Content-Type"] == "text/plain")
            #expect(try reply.json()["openid"]?.stringValue == (try fixture.sandbox.openID(of: "alice")))
            #expect(reply.errcode == nil)
            #expect(try await exchange(code, token: token, in: fixture).errcode == 40_163)
        }
    }

    @Test func `a platform that is not authorised gets 61003, and the code stays good`() async throws {
        try await withSandbox { fixture in
            let old = try await token(in: fixture)
            let token = try await token(#","authorized":false"#, in: fixture)
            let code = try fixture.sandbox.makeLoginCode(for: "alice")
            for token in [old, token] { #expect(try await exchange(code, token: token, in: fixture).errcode == 61_003) }
            #expect(try await fixture.exchange(code).errcode == nil)
        }
    }

    @Test func `a platform proves itself by its own token, for two hours`() async throws {
        try await withSandbox { fixture in
            let token = try await token(in: fixture)
            #expect(try await exchange("x", token: "", in: fixture).errcode == 41_001)
            #expect(try await exchange("x", token: "none", in: fixture).errcode == 40_001)
            #expect(try await exchange("x", token: token, component: "wx-other", in: fixture).errcode == 40_001)
            #expect(try await exchange("x", token: token, in: fixture).errcode == 40_029)
            try fixture.sandbox.advanceClock(by: .seconds(7_200))
            #expect(try await exchange("x", token: token, in: fixture).errcode == 42_001)
        }
    }
}

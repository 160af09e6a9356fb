import KoaKit
import KoaTesting
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct MisconfiguredWeChatTests {
    @Test func `with a wrong AppSecret WeChat is asked once in a while, and the operator is told`() async throws {
        try await withNode([.weChatSecret: "not-the-secret"]) { backends, node async throws in
            let refusal = Outcome.failure(10_001, "login_failed", status: 200, errcode: 40_125)
            for _ in 0..<5 { #expect(try await node.logIn(try backends.code()).outcome == refusal) }
            #expect(backends.sandbox.calls.count == 1)
            let lines = node.logLines.filter { $0.hasPrefix("error") }
            #expect(lines.count == 1)
            #expect(lines.first?.contains("wechat.errcode=40125") == true)
            #expect(lines.first?.contains("not-the-secret") == false)
            try await backends.expectNothingIssued()
        }
    }

    @Test func `a code that WeChat did not look at can still be used`() async throws {
        try await withBackends { backends async throws in
            let code = try backends.code()
            let outcome = try await withNode(on: backends, [.weChatSecret: "not-the-secret"]) { node in
                try await node.logIn(code).outcome
            }
            #expect(outcome.errcode == 40_125)
            #expect(try await withNode(on: backends) { try await $0.logIn(code).outcome } == .success)
        }
    }
}

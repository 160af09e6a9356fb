import KoaKit
import KoaTesting
import Testing
import WeChatSandbox

@testable import LoginService

/// An AppSecret that is not the mini program's logs nobody in, and costs nothing once it is right.
@Suite(.timeLimit(.minutes(2)))
struct WrongAppSecretTests {
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

    @Test func `a wrong AppSecret is a refusal on every route, and its log does not tell it`() async throws {
        let wrong = "00112233445566778899aabbccddeeff"
        try await withBackends { backends in
            try await withNode(on: backends, [.weChatSecret: wrong]) { node in
                for route in LoginRoute.allCases {
                    let reply = try await route.logIn(try backends.code(), node.client)
                    #expect(route.token(of: reply) == nil)
                    #expect(!reply.text.contains(wrong))
                }
                #expect(!node.logLines.contains { $0.contains(wrong) })
                try await backends.expectNothingIssued()
            }
            try await withNode(on: backends) { node in
                let reply = try await node.logIn(try backends.code())
                #expect(reply.outcome == .success)
            }
        }
    }
}

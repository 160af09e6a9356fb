import KoaTesting
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct OverloadTests {
    @Test func `beyond its limit a node refuses before any work, and says when to come again`() async throws {
        try await withNode([.maximumRequests: "2"], weChatTimeout: .seconds(5)) { backends, node in
            try backends.sandbox.inject(Fault(.hang), count: 2)
            let codes = [try backends.code(for: "alice"), try backends.code(for: "bob")]
            try await withThrowingTaskGroup(of: TestReply.self) { group in
                for code in codes { group.addTask { try await node.logIn(code) } }
                try await eventually { backends.sandbox.calls.count == 2 }
                for path in ["/healthz", "/user/me", "/nowhere"] {
                    let reply = try await node.client.get(path)
                    #expect(reply.outcome == .failure(10_013, "overloaded", status: 503))
                    #expect(reply["Retry-After"] == "1")
                    #expect(reply["Cache-Control"] == "no-store")
                    #expect(reply["Content-Type"] == "application/json; charset=utf-8")
                }
                for try await reply in group { #expect(reply.outcome.code == 10_010) }
            }
            #expect(try await node.logIn(try backends.code()).outcome == .success)
        }
    }
}

import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct SubscribeMessageTests {
    private func send(
        to openID: String, template: String = "t1", data: String = #"{"thing1":{"value":"tea"}}"#,
        in fixture: SandboxFixture
    ) async throws -> Int64? {
        try await fixture.post(
            "/cgi-bin/message/subscribe/send?access_token=\(try await fixture.stableToken())",
            #"{"touser":"\#(openID)","template_id":"\#(template)","data":\#(data)}"#
        ).errcode
    }

    @Test func `a user takes as many messages as they asked for`() async throws {
        try await withSandbox { fixture in
            let alice = try fixture.sandbox.openID(of: "alice")
            let body = #"{"user":"alice","template":"t1","count":2}"#
            #expect(try await fixture.post("/sandbox/subscriptions", body).status == 200)
            #expect(try await send(to: alice, in: fixture) == 0)
            #expect(try await send(to: alice, in: fixture) == 0)
            #expect(try await send(to: alice, in: fixture) == 43_101)
        }
    }

    @Test func `what is wrong is named`() async throws {
        try await withSandbox { fixture in
            let alice = try fixture.sandbox.openID(of: "alice")
            try fixture.sandbox.subscribe(to: "t1", for: "alice")
            #expect(try await send(to: "nobody", in: fixture) == 40_003)
            #expect(try await send(to: alice, template: "t2", in: fixture) == 40_037)
            #expect(try await send(to: alice, data: "{}", in: fixture) == 47_003)
            #expect(try await send(to: alice, data: #"{"thing1":"tea"}"#, in: fixture) == 47_003)
            #expect(try await send(to: alice, in: fixture) == 0)
        }
    }
}

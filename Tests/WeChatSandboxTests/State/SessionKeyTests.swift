import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct SessionKeyTests {
    @Test func `a new code soon after the last keeps the session_key`() async throws {
        try await withSandbox { fixture in
            let first = try await fixture.sessionKey(of: "alice")
            try fixture.sandbox.advanceClock(by: .seconds(59))
            #expect(try await fixture.sessionKey(of: "alice") == first)
        }
    }

    @Test func `a new code after the minimum period replaces the session_key`() async throws {
        try await withSandbox { fixture in
            let first = try await fixture.sessionKey(of: "alice")
            try fixture.sandbox.advanceClock(by: .seconds(60))
            #expect(try await fixture.sessionKey(of: "alice") != first)
        }
    }

    @Test func `an older code is exchanged for the newest session_key`() async throws {
        try await withSandbox { fixture in
            let older = try fixture.sandbox.makeLoginCode(for: "alice")
            try fixture.sandbox.advanceClock(by: .seconds(60))
            let newest = try await fixture.sessionKey(of: "alice")
            #expect(try await fixture.exchange(older).json()["session_key"]?.stringValue == newest)
        }
    }

    @Test func `users do not share a session_key`() async throws {
        try await withSandbox { fixture in
            let alices = try await fixture.sessionKey(of: "alice")
            #expect(try await fixture.sessionKey(of: "bob") != alices)
        }
    }
}

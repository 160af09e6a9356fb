import KoaTesting
import Testing

@testable import LoginService

/// An AppSecret that is not the mini program's logs nobody in, and costs nothing once it is right.
@Suite(.timeLimit(.minutes(2)))
struct WrongAppSecretTests {
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

import KoaTesting
import NIOHTTP1
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct DeviceLimitTests {
    @Test(arguments: SessionLimitPolicy.allCases)
    func `of 100 logins at once, over two nodes, as many sessions stay as may be`(
        _ policy: SessionLimitPolicy
    ) async throws {
        let settings: [Setting: String] = [
            .tokenStyle: "opaque", .sessionLimit: "5", .sessionLimitPolicy: policy.rawValue, .nearCache: "1000",
        ]
        try await withTwoNodes(settings) { backends, first, second async throws in
            let codes = try (0..<100).map { _ in try backends.code() }
            let replies = try await withThrowingTaskGroup(of: TestReply.self) { group in
                for (number, code) in codes.enumerated() {
                    group.addTask { try await (number.isMultiple(of: 2) ? first : second).logIn(code) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let open = replies.filter { $0.outcome == .success }
            let refused = Outcome.failure(10_016, "session_limit", status: 200)
            #expect(open.count == (policy == .oldest ? 100 : 5))
            #expect(replies.count { $0.outcome == refused } == 100 - open.count)
            var alive: [String] = []
            for reply in open {
                let outcome = try await first.client.me(reply.token).outcome
                if outcome == .success {
                    alive.append(try reply.token)
                } else {
                    #expect(outcome == .failure(10_001, "replaced", status: 200))
                }
            }
            #expect(alive.count == 5)
            let list = try await second.client.get("/user/sessions", headers: ["token": try #require(alive.first)])
            #expect(try list.sessions.count == 5)
            let limited = (first.audit + second.audit).count { $0 == "limited" }
            #expect(limited == (policy == .oldest ? 95 : 0))
        }
    }
}

import InMemoryLogging
import KoaTesting
import Logging
import NIOHTTP1
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct LogTests {
    @Test(arguments: [("seed", "200"), ("http", "401")])
    func `the access log has the route and the status that was sent`(_ mode: String, status: String) async throws {
        try await withNode([.envelopeStatus: mode]) { _, node in
            _ = try await node.client.get("/user/me?x=1", headers: ["X-Request-Id": "r-7"])
            let entry = try #require(node.log.entries.first { $0.message == "request answered" })
            #expect(entry.metadata["route"] == "/user/me")
            #expect(entry.metadata["status"] == "\(status)")
            #expect(entry.metadata.values.contains("r-7"))
        }
    }

    @Test func `an outage is a warning that says what failed, a refusal is not`() async throws {
        try await withNode { backends, node in
            _ = try await node.logIn("unknown")
            try backends.sandbox.inject(Fault(.busy))
            _ = try await node.logIn(try backends.code())
            let warnings = node.log.entries.filter { $0.level >= .warning && $0.message == "request failed" }
            #expect(warnings.count == 1)
            #expect(warnings.first?.metadata["reason"] == "wechat_unavailable")
        }
    }

    @Test func `a node that made up its own SECRET_KEY says so`() async throws {
        try await withBackends { backends in
            var environment = backends.environment
            environment["SECRET_KEY"] = nil
            let configuration = try await ServiceConfiguration(environment: environment)
            #expect(configuration.secretKeys.isEphemeral)
            #expect(try await ServiceConfiguration(environment: backends.environment).secretKeys.isEphemeral == false)
        }
    }
}

import Foundation
import KoaTesting
import NIOHTTP1
import ProcessFixture
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct AdminListenerTests {
    @Test func `metrics need no token on this machine, and are not on the public port`() async throws {
        try await withNode { _, node in
            let reply = try await node.client.get("/metrics")
            #expect(reply.status == 404)
            try await node.withAdmin { admin in
                let reply = try await admin.get("/metrics")
                #expect(reply.status == 200)
                #expect(reply["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
                #expect(reply["Cache-Control"] == "no-store")
                #expect(try await admin.get("/user/me").outcome == .failure(10_006, "not_found", status: 404))
                #expect(
                    try await admin.post("/metrics").outcome == .failure(10_007, "method_not_allowed", status: 405))
            }
        }
    }

    @Test func `beyond this machine, metrics need the token`() async throws {
        try await withNode([.adminHost: "0.0.0.0", .adminToken: "correct-horse"]) { _, node in
            try await node.withAdmin { admin in
                let refused = Outcome.failure(10_001, "not_logged_in", status: 401)
                #expect(try await admin.get("/metrics").outcome == refused)
                let wrong = try await admin.get("/metrics", headers: ["Authorization": "Bearer correct-hors"])
                #expect(wrong.outcome == refused && wrong["WWW-Authenticate"] == "Bearer")
                let right = try await admin.get("/metrics", headers: ["Authorization": "Bearer correct-horse"])
                #expect(right.status == 200)
            }
        }
    }

    @Test func `off means no listener and no metrics`() async throws {
        try await withNode([.adminPort: "off"]) { _, node in
            let reply = try await node.client.get("/healthz")
            #expect(node.adminPort == nil && reply.status == 200)
        }
    }

    @Test func `a second node of a machine serves without operations, and says so`() async throws {
        try await withBackends { backends in
            var environment = backends.environment
            environment["ADMIN_PORT"] = nil
            // Whoever has the usual port, at least one of the two has it not.
            try await withCommand(["serve"], environment: environment) { first in
                _ = try await first.listeningPort()
                try await withCommand(["serve"], environment: environment) { second in
                    _ = try await second.listeningPort()
                    #expect(await second.output.contains("another process has port 3900"))
                }
            }
        }
    }

    @Test func `a port that was asked for and is taken ends the start, in one line that names the setting`()
        async throws
    {
        try await withNode { backends, node in
            let settings = ["ADMIN_PORT": "\(try #require(node.adminPort))", "LOG_LEVEL": "critical"]
            let run = try await runCommand(["serve"], environment: backends.environment.merging(settings) { $1 })
            #expect(run.end != .exit(0))
            #expect(run.output.split(whereSeparator: \.isNewline).count == 1, "\(run.output)")
            #expect(run.output.contains("ADMIN_PORT"), "\(run.output)")
        }
    }

    @Test func `operations are served while the node drains`() async throws {
        try await withBackends { backends in
            try await withServe(on: backends, [.shutdownDelay: "60s"]) { node in
                try #require(await node.process.output.contains("operations are served"))
                let line = try #require(
                    node.process.output.text.split(separator: "\n").last { $0.contains("operations are served") })
                let port = try #require(
                    line.split(separator: "127.0.0.1:").last.flatMap { Int($0.prefix { $0.isNumber }) })
                let admin = TestClient(port: port)
                node.process.send(SIGTERM)
                try await eventually { try await node.client.get("/readyz").status == 503 }
                #expect(try await admin.get("/metrics").status == 200)
                await admin.close()
            }
        }
    }
}

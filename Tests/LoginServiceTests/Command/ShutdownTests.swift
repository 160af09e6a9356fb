import Foundation
import KoaTesting
import ProcessFixture
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct ShutdownTests {
    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal lets the login in flight finish while readyz says 503, then exits 0`(_ signal: Int32) async throws {
        try await withBackends { backends in
            try await withServe(on: backends, [.shutdownDelay: "1s"]) { node in
                #expect(try await node.client.get("/readyz").outcome == .success)
                try backends.sandbox.inject(Fault(.delay, delay: .seconds(2)))
                let arrivals = backends.sandbox.arrivals()
                async let login = node.client.logIn(try backends.code())
                _ = await arrivals.first { _ in true }
                node.process.send(signal)
                try await eventually(.failure(10_013, "shutting_down", status: 503)) {
                    try await node.client.get("/readyz")
                }
                #expect(try await node.client.get("/healthz").outcome == .success)
                let reply = try await login
                #expect(reply.outcome == .success)
                #expect(await node.process.end() == .exit(0))
                #expect(node.process.output.text.contains(#""message":"stopped""#))
                let key = "session:" + (try reply.token)
                #expect(try await backends.redisValue(key) != nil)
            }
        }
    }

    @Test func `an idle node exits within seconds, its idle connections closed`() async throws {
        try await withBackends { backends in
            try await withServe(on: backends) { node in
                let connection = try await RawConnection.connect(port: node.port)
                try await connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await connection.readReply()
                let start = ContinuousClock.now
                node.process.send(SIGTERM)
                #expect(try await connection.readToEnd().isEmpty)
                #expect(await node.process.end() == .exit(0))
                #expect(ContinuousClock.now - start < .seconds(4))
            }
        }
    }

    @Test func `a node that waits for its database stops at once`() async throws {
        try await withBackends { backends in
            var environment = backends.environment
            environment["DATABASE_URL"] = "mysql://u:p@127.0.0.1:1/db"
            try await withCommand(["serve"], environment: environment) { process in
                #expect(await process.output.contains("the database does not answer yet"), "\(process.output.text)")
                let start = ContinuousClock.now
                process.send(SIGTERM)
                #expect(await process.end() == .exit(0))
                #expect(ContinuousClock.now - start < .seconds(4))
            }
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `the sandbox serves, and stops on a signal with 0`(_ signal: Int32) async throws {
        try await withCommand(["sandbox", "--port", "0"]) { process in
            #expect(await process.output.contains("listening"))
            let digits = process.output.text.split(separator: "http://127.0.0.1:").last?.prefix { $0.isNumber } ?? ""
            let client = TestClient(port: try #require(Int(digits)))
            let reply = try await client.post("/sandbox/login-codes", body: .text(#"{"user":"alice"}"#))
            #expect(reply.status == 200 && reply.text.contains("code"))
            await client.close()
            process.send(signal)
            #expect(await process.end() == .exit(0))
            #expect(!process.output.text.contains("ERROR"))
        }
    }
}

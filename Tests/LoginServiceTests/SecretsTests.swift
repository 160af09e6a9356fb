import Foundation
import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import ProcessFixture
import RedisServerFixture
import Testing

@testable import LoginService
@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(2)))
struct SecretsTests {
    /// What a run used, and what it answered.
    private struct Run {
        /// Never in a log, and never in a reply.
        var secrets = [Backends.appSecret, Backends.secretKey, "session_key"]
        /// Never in a log; in the reply of a login only.
        var tokens: [String] = []
        var replies: [TestReply] = []
    }

    @Test(arguments: ["md5", "opaque"])
    func `no log line and no reply of a node holds a secret`(_ style: String) async throws {
        try await withNode([.tokenStyle: style, .logLevel: "trace"], pace: .real) { backends, node in
            let run = try await exercise(backends, node.client)
            let lines = node.logLines
            #expect(lines.count > 50)
            expectSilence(of: run, in: lines)
        }
    }

    @Test func `no line that the binary prints holds a secret`() async throws {
        try await withBackends { backends in
            try await withServe(on: backends, [.logLevel: "trace", .tokenStyle: "opaque"]) { node in
                let run = try await exercise(backends, node.client)
                node.process.send(SIGTERM)
                #expect(await node.process.end() == .exit(0))
                let lines = await node.process.output.whole().split(separator: "\n").map(String.init)
                #expect(lines.count > 50)
                expectSilence(of: run, in: lines)
                for line in lines {
                    #expect(throws: Never.self, "\(line)") { try JSONValue(parsing: .init(string: line)) }
                }
            }
        }
    }

    /// Logs in well and badly in every way there is, and uses and ends the sessions.
    private func exercise(_ backends: Backends, _ client: TestClient) async throws -> Run {
        var run = Run()
        for user in ["alice", "bob", "blocked"] {
            run.secrets.append(try backends.sandbox.openID(of: user))
            _ = try backends.code(for: user)
            let id = UserID(appid: Backends.appID, name: user)
            run.secrets.append(try #require(backends.sandbox.withState { $0.users[id]?.sessionKey }))
        }
        func logIn(_ user: String) async throws -> TestReply {
            let code = try backends.code(for: user)
            run.secrets.append(code)
            return try await client.logIn(code)
        }
        for user in ["alice", "bob"] {
            let login = try await logIn(user)
            let token = try login.token
            run.tokens.append(token)
            run.replies.append(try await client.me(token))
            run.replies.append(try await client.get("/checklogin?token=\(token)"))
            run.replies.append(
                try await client.put("/user/info", headers: ["token": token], body: .json(["nickname": "\u{1}"])))
            run.replies.append(
                try await client.get("/checklogin?token=\(token)", headers: ["Authorization": "Bearer x\(token)"]))
            run.replies.append(try await client.get("/\(token)?secret=\(token)"))
        }
        run.replies.append(try await logIn("blocked"))
        try await exerciseSeeds(backends, client, &run)
        for kind in Fault.Kind.allCases where kind != .delay && kind != .hang {
            try backends.sandbox.inject(Fault(kind))
            let reply = try await logIn("alice")
            // Some of what WeChat does oddly is no reason to refuse a login, whose reply holds a token.
            if reply.outcome != .success { run.replies.append(reply) }
        }
        run.secrets.append("bad-code-\u{e9}")
        run.replies.append(try await client.logIn("bad-code-\u{e9}"))
        let body = #"{"code":"\#(run.secrets.last ?? "")"#
        run.replies.append(
            try await client.post("/user/wechatlogin", headers: ["Content-Type": "application/json"], body: .text(body))
        )
        backends.redisServer.kill()
        run.replies.append(try await logIn("alice"))
        run.replies.append(try await client.me(run.tokens[0]))
        try backends.redisServer.start()
        try await eventually(.success) { try await client.get("/readyz") }
        try await eventually(.notLoggedIn) {
            try await client.post("/user/logout", headers: ["token": run.tokens[0]])
        }
        return run
    }

    /// The same on the routes of the older systems.
    private func exerciseSeeds(_ backends: Backends, _ client: TestClient, _ run: inout Run) async throws {
        let codes = try (0..<2).map { _ in try backends.code() }
        run.secrets += codes
        let tokens = [try await client.seedLogIn(codes[0]).seedToken, try await client.auth(codes[1]).jwt]
        run.secrets.append(try #require(try backends.sandbox.sessionKey(of: "alice")))
        run.tokens += tokens
        run.replies.append(try await client.auth(codes[0]))
        run.replies.append(try await client.auth("bad%20code"))
        for token in tokens {
            run.replies.append(try await client.credit(token))
            run.replies.append(try await client.credit("\(token)x"))
            run.replies.append(try await client.isAuth(token))
            run.replies.append(try await client.get("/checklogin?token=\(token)&token=other"))
            run.replies.append(try await client.get("/auth?code=\(codes[0])&token=\(token)"))
            run.replies.append(try await client.post("/credit?token=\(token)"))
            let data = try backends.openData(OpenProfile.data)
            run.replies.append(try await client.userInfo(token, data))
            run.replies.append(try await client.userInfo(token, data.with("rawData", nil)))
        }
        // Redis speaks in log lines of its own while it is away.
        backends.redisServer.kill()
        run.replies.append(try await client.credit(tokens[0]))
        run.replies.append(try await client.isAuth(tokens[1]))
        try backends.redisServer.start()
        try await eventually(.success) { try await client.get("/readyz") }
    }

    private func expectSilence(of run: Run, in lines: [String]) {
        for secret in run.secrets + run.tokens {
            #expect(
                !lines.contains { $0.contains(secret) }, "\(secret) in \(lines.first { $0.contains(secret) } ?? "")")
            #expect(!run.replies.contains { $0.text.contains(secret) }, "\(secret)")
            #expect(
                !run.replies.contains { reply in reply.headers.contains { $0.value.contains(secret) } }, "\(secret)")
        }
    }
}

import KoaKit
import KoaTesting
import NIOCore
import ProcessFixture
import RelationalStore
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct AdministrationCommandTests {
    private static let kicked = Outcome.failure(10_001, "kicked", status: 200)

    /// What a command needs to be told: no secret is among it.
    private static func environment(_ backends: Backends) -> [String: String] {
        backends.environment.filter { ["REDIS_URL", "DATABASE_URL", "WECHAT_APPID"].contains($0.key) }
    }

    private struct Run {
        let end: ProcessEnd
        let output: String
        /// The line of JSON; audit lines stand beside it.
        var json: JSONValue? {
            output.split(separator: "\n").last { $0.hasPrefix("{") }
                .flatMap { try? JSONValue(parsing: ByteBuffer(string: String($0))) }
        }
    }

    private func run(_ arguments: String..., on backends: Backends) async throws -> Run {
        let run = try await runCommand(arguments, environment: Self.environment(backends))
        return Run(end: run.end, output: run.output)
    }

    @Test func `user find and show tell who it is, and not the whole openid`() async throws {
        try await withNode { backends, node in
            _ = try await node.logIn(try backends.code())
            let openID = try backends.sandbox.openID(of: "alice")
            let found = try await run("user", "find", "--openid", openID, "--json", on: backends)
            #expect(found.end == .exit(0) && found.json?["users"]?[0]?["id"] == 1, "\(found.output)")
            #expect(!found.output.contains(openID))
            let text = try await run("user", "find", "--id", "1", on: backends)
            #expect(text.end == .exit(0) && text.output.contains("id           1\n"), "\(text.output)")
            let shown = try await run("user", "show", "1", "--json", on: backends)
            #expect(shown.end == .exit(0) && shown.json?["id"] == 1)
            let nobody = try await run("user", "find", "--phone", "13000000000", on: backends)
            #expect(nobody.end == .exit(1) && nobody.output == "Nobody was found.\n", "\(nobody.output)")
            let none = try await run("user", "show", "7", on: backends)
            #expect(none.end == .exit(1) && none.output.contains("no such user"), "\(none.output)")
        }
    }

    @Test func `user ban ends the live sessions of a node that runs, and unban lets the user in again`() async throws {
        try await withNode([.tokenStyle: "opaque", .nearCache: "100"]) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            let before = try await node.client.me(token)
            #expect(before.outcome == .success)
            let ban = try await run("user", "ban", "1", "--for", "7d", "--reason", "spam", "--json", on: backends)
            #expect(ban.end == .exit(0) && ban.json?["ended"] == 1, "\(ban.output)")
            #expect(ban.output.contains("audit") && ban.output.contains("spam"))
            try await eventually(Self.kicked) { try await node.client.me(token) }
            let refused = try await node.logIn(try backends.code())
            #expect(refused.outcome == .failure(10_009, "banned", status: 200))
            let unban = try await run("user", "unban", "1", on: backends)
            #expect(unban.end == .exit(0) && unban.output.contains("User 1 may log in."), "\(unban.output)")
            let login = try await node.logIn(try backends.code())
            #expect(login.outcome == .success)
        }
    }

    @Test(arguments: [TokenStyle.md5, .opaque])
    func `session list, end and end-all work without SECRET_KEY`(_ style: TokenStyle) async throws {
        try await withNode([.tokenStyle: style.rawValue]) { backends, node in
            let tokens = [
                try await node.logIn(try backends.code()).token, try await node.logIn(try backends.code()).token,
            ]
            let list = try await run("session", "list", "1", "--json", on: backends)
            let id = try #require(list.json?["sessions"]?[0]?["id"]?.stringValue)
            #expect(list.end == .exit(0) && !list.output.contains(tokens[1]))
            let end = try await run("session", "end", "1", id, on: backends)
            #expect(end.end == .exit(0) && end.output.contains("The session is ended."), "\(end.output)")
            try await eventually(Self.kicked) { try await node.client.me(tokens[1]) }
            let again = try await run("session", "end", "1", id, on: backends)
            #expect(again.end == .exit(1) && again.output.contains("no such session"))
            let last = try await node.logIn(try backends.code()).token
            let all = try await run("session", "end-all", "1", on: backends)
            #expect(
                all.end == .exit(0) && all.output.contains("Sessions ended: \(style == .md5 ? 1 : 2)."), "\(all.output)"
            )
            try await eventually(Self.kicked) { try await node.client.me(last) }
            let none = try await run("session", "list", "1", on: backends)
            #expect(none.end == .exit(0) && none.output == "No live session.\n")
        }
    }

    @Test func `a store that cannot be reached is one line that names its setting`() async throws {
        try await withBackends { backends in
            let redis = try await run("session", "list", "1", "--redis-url", "redis://127.0.0.1:1", on: backends)
            #expect(redis.end == .exit(1) && redis.output.contains("REDIS_URL"), "\(redis.output)")
            let schema = try await run("user", "show", "1", on: backends)
            #expect(schema.end == .exit(1) && schema.output.contains("DATABASE_URL"), "\(schema.output)")
        }
    }

    @Test(arguments: [
        ["user", "find"], ["user", "find", "--id", "1", "--phone", "1"], ["user", "ban", "1"],
        ["user", "ban", "1", "--for", "1d", "--until", "forever"], ["user", "show", "x"], ["session", "end", "1"],
        ["session", "list"],
    ])
    func `a wrong command line is refused`(_ arguments: [String]) async throws {
        let run = try await runCommand(arguments)
        #expect(run.end == .exit(64), "\(run.output)")
    }

    @Test(arguments: [
        ["user", "find"], ["user", "show"], ["user", "ban"], ["user", "unban"], ["session", "list"],
        ["session", "end"],
        ["session", "end-all"], ["doctor"],
    ])
    func `help shows how it is called`(_ command: [String]) async throws {
        let run = try await runCommand(command + ["--help"])
        #expect(run.end == .exit(0) && run.output.contains("  wechat-login \(command.joined(separator: " ")) "))
    }
}

import Foundation
import KoaKit
import KoaTesting
import NIOHTTP1
import ProcessFixture
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct TwoProcessesTests {
    @Test func `processes that share Redis and SQLite accept each other's tokens, and one's death is its own`()
        async throws
    {
        try await withBackends { backends in
            try await withServe(on: backends) { first in
                try await withServe(on: backends) { second in
                    let token = try await first.client.logIn(try backends.code()).token
                    let mine = try await first.client.me(token).text
                    #expect(try await second.client.me(token).text == mine)
                    _ = try await second.client.put(
                        "/user/info", headers: ["token": token], body: .json(["nickname": "alice"]))
                    #expect(try await first.client.me(token).data?["nickname"] == "alice")

                    first.process.send(SIGKILL)
                    #expect(await first.process.end() == .signal(SIGKILL))
                    #expect(try await second.client.me(token).outcome == .success)
                    #expect(try await second.client.logIn(try backends.code(for: "bob")).outcome == .success)
                    #expect(try await second.client.get("/readyz").outcome == .success)
                }
            }
        }
    }

    @Test(arguments: Store.allCases)
    func `64 first logins of one openid at once, over two processes, are one user`(_ store: Store) async throws {
        let answer: JSONValue = ["openid": "oGZUI0egBJY1zhBYw2KhdUfwVJJE", "session_key": "HyVFkGl5F5OQWJZZaNzBBg=="]
        try await withWeChat(answering: answer) { url in
            try await withBackends(store) { backends in
                try await withServe(on: backends, [.weChatBaseURL: url]) { first in
                    try await withServe(on: backends, [.weChatBaseURL: url]) { second in
                        let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
                            for number in 0..<64 {
                                let client = number.isMultiple(of: 2) ? first.client : second.client
                                group.addTask { try await client.logIn("code\(number)").outcome }
                            }
                            return try await group.reduce(into: Set()) { $0.insert($1) }
                        }
                        #expect(outcomes == [.success])
                        #expect(try await backends.userCount() == 1)
                    }
                }
            }
        }
    }

    @Test func `a process that died with a code in its hands blocks that code for seconds, not for good`() async throws
    {
        try await withBackends { backends in
            try await withServe(on: backends) { second in
                let code = try backends.code()
                try await withServe(on: backends) { first in
                    try backends.sandbox.inject(Fault(.hang))
                    let arrivals = backends.sandbox.arrivals()
                    let lost = Task { try await first.client.logIn(code) }
                    _ = await arrivals.first { _ in true }
                    first.process.send(SIGKILL)
                    await #expect(throws: (any Error).self) { try await lost.value }
                }
                let start = ContinuousClock.now
                try await eventually(.success) { try await second.client.logIn(code) }
                #expect(ContinuousClock.now - start < .seconds(15))
            }
        }
    }

    @Test func `the warnings are logged once, at start`() async throws {
        try await withBackends { backends in
            try await withServe(on: backends) { node in
                for _ in 0..<3 { _ = try await node.client.logIn(try backends.code()) }
                node.process.send(SIGTERM)
                #expect(await node.process.end() == .exit(0))
                let lines = await node.process.output.whole().split(separator: "\n")
                for warning in ["DATABASE_URL is SQLite", "TOKEN_STYLE=md5", "WeChat is a sandbox"] {
                    #expect(lines.filter { $0.contains(warning) }.count == 1, "\(warning)")
                }
            }
        }
    }

    @Test func `50 MB in place of an answer leave the memory as it was`() async throws {
        try await withBackends { backends in
            try await withServe(on: backends) { node in
                _ = try await node.client.logIn(try backends.code())
                let before = try peakMemory(of: node.process)
                try backends.sandbox.inject(Fault(.huge), count: 3)
                for _ in 0..<3 {
                    #expect(try await node.client.logIn(try backends.code()).outcome.code == 10_010)
                }
                #expect(try peakMemory(of: node.process) - before < 20_000)
            }
        }
    }

    /// The most memory a process has had, in KiB.
    private func peakMemory(of process: ChildProcess) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process.identifier)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber)))
    }
}

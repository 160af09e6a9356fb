import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct ContentCheckTests {
    private func check(_ members: [JSONMember], in fixture: SandboxFixture) async throws -> TestReply {
        var all = [
            JSONMember("version", 2), JSONMember("scene", 1), JSONMember("content", "Band"),
            JSONMember("openid", .string(try fixture.sandbox.openID(of: "alice"))),
        ]
        all.removeAll { old in members.contains { $0.name == old.name } }
        let path = "/wxa/msg_sec_check?access_token=\(try await fixture.stableToken())"
        return try await fixture.post(path, JSONValue.object(all + members).text)
    }

    @Test(arguments: [("Band", "pass", 100), ("so Risky", "risky", 21_000), ("to review", "review", 21_000)])
    func `a text gets the verdict that it names`(text: String, suggest: String, label: Int64) async throws {
        try await withSandbox { fixture in
            _ = try await fixture.sessionKey(of: "alice")
            for member in ["content", "nickname"] {
                let json = try await check([JSONMember(member, .string(text))], in: fixture).json()
                #expect(json["errcode"] == 0)
                #expect(json["result"] == ["suggest": .string(suggest), "label": .integer(label)])
                #expect(json["trace_id"]?.stringValue != nil)
            }
        }
    }

    @Test func `a user must have come in the last two hours`() async throws {
        try await withSandbox { fixture in
            #expect(try await check([], in: fixture).errcode == 40_003)
            _ = try await fixture.sessionKey(of: "alice")
            try fixture.sandbox.advanceClock(by: .seconds(7_199))
            #expect(try await check([], in: fixture).errcode == 0)
            try fixture.sandbox.advanceClock(by: .seconds(1))
            #expect(try await check([], in: fixture).errcode == 61_010)
        }
    }

    @Test(
        arguments: [
            (JSONMember("version", 1), 40_097), (JSONMember("scene", 5), 40_129), (JSONMember("scene", "1"), 40_129),
            (JSONMember("openid", "nobody"), 40_003), (JSONMember("content", ""), 44_002),
            (JSONMember("content", .string(String(repeating: "长", count: 2_501))), 45_002),
            (JSONMember("content", .string(String(repeating: "长", count: 2_500))), 0),
        ] as [(JSONMember, Int64)])
    func `what is wrong is named`(member: JSONMember, errcode: Int64) async throws {
        try await withSandbox { fixture in
            _ = try await fixture.sessionKey(of: "alice")
            #expect(try await check([member], in: fixture).errcode == errcode)
        }
    }

    @Test func `an openid of another app does not match`() async throws {
        let apps = [SandboxFixture.appid, "wx2"].map { SandboxApp(appid: $0, secret: SandboxFixture.secret) }
        try await withSandbox(apps: apps) { fixture in
            _ = try fixture.sandbox.makeLoginCode(for: "alice", appid: "wx2")
            let openID = try fixture.sandbox.openID(of: "alice", appid: "wx2")
            let path = "/wxa/msg_sec_check?access_token=\(try await fixture.stableToken())"
            let reply = try await fixture.post(path, #"{"version":2,"scene":1,"content":"x","openid":"\#(openID)"}"#)
            #expect(reply.errcode == 43_104)
        }
    }
}

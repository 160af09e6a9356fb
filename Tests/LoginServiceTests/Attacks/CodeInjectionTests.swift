import KoaKit
import KoaTesting
import NIOHTTP1
import Synchronization
import Testing

@testable import LoginService

/// A code that is more than a code never reaches WeChat.
@Suite(.timeLimit(.minutes(2)))
struct CodeInjectionTests {
    private static let injections = [
        "a&appid=wx0000000000000000", "a&secret=x", "a&js_code=b", "a&grant_type=client_credential", "a#", "a;b=c",
        "a\r\nX-Y: z", "a\nb", "a%26appid%3Dwx0", "a%00", "a\u{0}", "a%2526", "%", "%zz", "a+b", "a b", "a=b", "../a",
        "a/../../cgi-bin/token", "a?b", #"{"$ne":1}"#, #"a","appid":"b"#, "a\u{202E}b", "ａ", "\u{430}", "a\u{301}",
        "a\u{200B}", "登录", "😀", "", String(repeating: "a", count: 129),
    ]

    /// The queries of the calls that a WeChat got.
    private final class Calls: Sendable {
        private let all = Mutex<[Query]>([])

        var queries: [Query] { all.withLock(\.self) }

        func append(_ query: Query) {
            all.withLock { $0.append(query) }
        }
    }

    @Test(arguments: LoginRoute.allCases)
    func `what is no code is refused by name, and WeChat hears nothing of it`(_ route: LoginRoute) async throws {
        try await withRecordingWeChat { calls, node in
            for text in Self.injections {
                let reply = try await route.logIn(text, node.client)
                #expect(reply.text.contains("code must have 1 to 128 characters"), "\(text): \(reply.text)")
                #expect(route.token(of: reply) == nil, "\(text)")
            }
            #expect(calls.queries.isEmpty)
        }
    }

    @Test(arguments: LoginRoute.allCases)
    func `WeChat sees each parameter once, and one js_code`(_ route: LoginRoute) async throws {
        try await withRecordingWeChat { calls, node in
            let reply = try await route.logIn("A-z_09", node.client)
            #expect(route.token(of: reply) != nil)
            expectOwnCalls(calls, code: "A-z_09")
        }
    }

    @Test func `parameters beside the code are nobody's`() async throws {
        let more = "js_code=evil&secret=evil&grant_type=evil&openid=evil"
        let members: JSONValue = [
            "code": "good", "js_code": "evil", "secret": "evil", "grant_type": "evil", "openid": "evil",
        ]
        try await withRecordingWeChat { calls, node in
            _ = try await node.client.get("/auth?\(more)&code=good&\(more)")
            _ = try await node.client.post("/login?code=evil&\(more)", body: .json(members))
            _ = try await node.client.post("/user/wechatlogin?code=evil&\(more)", body: .json(members))
            _ = try await node.client.get("/auth?code=good&code=evil")
            _ = try await node.client.get("/auth?code[]=evil")
            _ = try await node.client.post("/login", body: .json(["code": ["good", "evil"]]))
            _ = try await node.client.post("/user/wechatlogin", body: .json(["code": ["js_code": "evil"]]))
            expectOwnCalls(calls, code: "good")
        }
    }

    private func expectOwnCalls(_ calls: Calls, code: String) {
        #expect(!calls.queries.isEmpty)
        for query in calls.queries {
            #expect(Set(query.names) == ["appid", "secret", "js_code", "grant_type"])
            #expect(query.all("js_code") == [code])
            #expect(query.all("appid") == [Backends.appID])
            #expect(query.all("secret") == [Backends.appSecret])
            #expect(query.all("grant_type") == ["authorization_code"])
        }
    }

    private func withRecordingWeChat(_ body: (Calls, TestNode) async throws -> Void) async throws {
        let calls = Calls()
        try await withWeChat { query in
            calls.append(query)
            return ["openid": "oGZUI0egBJY1zhBYw2KhdUfwVJJE", "session_key": "HyVFkGl5F5OQWJZZaNzBBg=="]
        } _: { url in
            try await withNode([.weChatBaseURL: url]) { _, node in try await body(calls, node) }
        }
    }
}

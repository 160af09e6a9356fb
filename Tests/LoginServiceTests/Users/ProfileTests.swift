import KoaKit
import KoaTesting
import NIOHTTP1
import RelationalStore
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct ProfileTests {
    static let stores = Store.allCases

    @Test func `a new user has an empty profile and 100 credits, byte by byte`() async throws {
        try await withMember { _, node, token in
            let text =
                #"{"code":0,"message":"OK","data":{"userId":1,"nickname":"","avatarUrl":"","phone":"","credit":100}}"#
            let reply = try await node.client.me(token)
            #expect(reply.text == text)
        }
    }

    @Test(arguments: stores)
    func `what is written is read again, character by character`(_ store: Store) async throws {
        try await withMember(store) { _, node, token in
            let names = [
                "微信用户", "😀👨‍👩‍👧‍👦", "e\u{301}", "<script>alert(1)</script>", "'; DROP TABLE users; --", "\\ \" / %s", "a",
                String(repeating: "字", count: 64), "שלום",
            ]
            for name in names {
                let reply = try await change(node, token, ["nickname": .string(name)])
                #expect(reply.text == #"{"code":0,"message":"OK"}"#, "\(name)")
                let read = try await node.client.me(token).data?["nickname"]?.stringValue
                #expect(read.map { Array($0.utf8) } == Array(name.utf8), "\(name)")
            }
        }
    }

    @Test(arguments: stores)
    func `a field that is left out or null stays as it is`(_ store: Store) async throws {
        try await withMember(store) { _, node, token in
            let url = "https://thirdwx.qlogo.cn/mmopen/vi_32/a%20b/132"
            _ = try await change(node, token, ["nickname": "alice", "avatarUrl": .string(url)])
            for body in [[:], ["nickname": nil], ["nickname": "alice"], ["other": 1], ["avatarUrl": nil]] as [JSONValue]
            {
                #expect(try await change(node, token, body).outcome == .success)
                let data = try await node.client.me(token).data
                #expect(data?["nickname"] == "alice" && data?["avatarUrl"] == .string(url))
            }
            _ = try await change(node, token, ["avatarUrl": "wxfile://tmp_1.png"])
            let data = try await node.client.me(token).data
            #expect(data?["nickname"] == "alice" && data?["avatarUrl"] == "wxfile://tmp_1.png")
        }
    }

    @Test func `a nickname that will not do is refused, and nothing changes`() async throws {
        try await withMember { _, node, token in
            _ = try await change(node, token, ["nickname": "alice"])
            let bad: [JSONValue] = [
                "", " ", "\u{3000}", "a\u{0}b", "a\nb", "a\u{7F}", "a\u{85}", "\u{2028}", 1, true, [], [:],
                .string(String(repeating: "x", count: 65)), .string(String(repeating: "👨‍👩‍👧‍👦", count: 64)),
                .string("a" + String(repeating: "\u{301}", count: 600)),
            ]
            for name in bad {
                let reply = try await change(node, token, ["nickname": name, "avatarUrl": "https://a/b"])
                #expect(reply.outcome == .invalidParameter, "\(name)")
                #expect(reply.text.contains("nickname"), "\(reply.text)")
            }
            let data = try await node.client.me(token).data
            #expect(data?["nickname"] == "alice" && data?["avatarUrl"] == "")
        }
    }

    @Test func `an avatarUrl that will not do is refused`() async throws {
        try await withMember { _, node, token in
            let bad: [JSONValue] = [
                "", "x", "javascript:alert(1)", "data:text/html,x", "//a/b", "file:///etc/passwd", "https://a b",
                "https://a\"onerror=x", "https://a<b", "https://é", "https://a\u{0}", "https://a\r\nb", 1, [:],
                .string("https://" + String(repeating: "a", count: 1_017)),
            ]
            for url in bad {
                let reply = try await change(node, token, ["avatarUrl": url])
                #expect(reply.outcome == .invalidParameter, "\(url)")
                #expect(reply.text.contains("avatarUrl"), "\(reply.text)")
            }
            let longest = "https://" + String(repeating: "a", count: 1_016)
            #expect(try await change(node, token, ["avatarUrl": .string(longest)]).outcome == .success)
        }
    }

    @Test func `10 MB are refused at their announcement`() async throws {
        try await withMember { _, node, token in
            let connection = try await RawConnection.connect(port: node.port)
            try await connection.send(
                """
                PUT /user/info HTTP/1.1\r\nHost: a\r\ntoken: \(token)\r\nContent-Type: application/json\r\n\
                Content-Length: 10000000\r\n\r\n{"nickname":"
                """)
            let reply = try await connection.readReply()
            #expect(reply.outcome == .failure(10_004, "payload_too_large", status: 413))
            await connection.close()
        }
    }

    @Test(arguments: stores)
    func `a session whose user was deleted is nobody's`(_ store: Store) async throws {
        try await withMember(store) { backends, node, token in
            try await backends.runSQL("DELETE FROM users")
            #expect(try await node.client.me(token).outcome == .notLoggedIn)
            #expect(try await change(node, token, ["nickname": "x"]).outcome == .notLoggedIn)
            #expect(try await change(node, token, [:]).outcome == .notLoggedIn)
            #expect(try await node.logIn(try backends.code()).outcome == .success)
            #expect(try await node.client.me(token).outcome == .success)
        }
    }

    /// Gives a node with a user who is logged in.
    private func withMember(
        _ store: Store = .sqlite, _ body: (Backends, TestNode, String) async throws -> Void
    ) async throws {
        try await withNode(store: store) { backends, node in
            try await body(backends, node, try await node.logIn(try backends.code()).token)
        }
    }

    private func change(_ node: TestNode, _ token: String, _ body: JSONValue) async throws -> TestReply {
        try await node.client.put("/user/info", headers: ["token": token], body: .json(body))
    }
}

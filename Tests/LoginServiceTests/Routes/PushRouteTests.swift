import Crypto
import Foundation
import KoaKit
import KoaTesting
import NIOHTTP1
import RelationalStore
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct PushRouteTests {
    private static let token = "pushToken123"
    private static let forbidden = Outcome.failure(10_016, "forbidden", status: 403)

    private func sign(_ time: Int, nonce: String = "n0") -> String {
        let text = [Self.token, String(time), nonce].sorted().joined()
        let signature = Insecure.SHA1.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
        return "signature=\(signature)&timestamp=\(time)&nonce=\(nonce)"
    }

    private var now: Int { Int(Date().timeIntervalSince1970) }

    private func withPush(_ body: (Backends, TestNode) async throws -> Void) async throws {
        try await withNode([.weChatPushToken: Self.token]) { backends, node in try await body(backends, node) }
    }

    private func post(_ push: MessagePush, to node: TestNode, query: String? = nil) async throws -> TestReply {
        try await node.client.post(
            "/wechat/push?\(query ?? push.query)", headers: ["content-type": push.contentType],
            body: .text(push.body))
    }

    private func push(
        _ event: String, _ backends: Backends, revokeInfo: String? = nil, format: MessagePush.Format = .json
    ) throws -> MessagePush {
        try backends.sandbox.makeMessagePush(
            of: event, about: "alice", token: Self.token, revokeInfo: revokeInfo, format: format)
    }

    /// Logs alice in with a whole profile.
    private func logIn(_ node: TestNode, _ backends: Backends) async throws -> String {
        let token = try await node.logIn(try backends.code()).token
        let profile: JSONValue = ["nickname": "Alice", "avatarUrl": "https://example.com/a"]
        _ = try await node.client.put("/user/info", headers: ["token": token], body: .json(profile))
        let code = try backends.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
        let phone = try await node.client.post(
            "/user/phone", headers: ["token": token], body: .json(["code": .string(code)]))
        #expect(phone.outcome == .success)
        return token
    }

    private func profile(_ node: TestNode, _ token: String) async throws -> [String] {
        let data = try #require(try await node.client.me(token).data)
        return ["nickname", "avatarUrl", "phone"].map { data[$0]?.stringValue ?? "?" }
    }

    @Test func `WeChat's question for the token is answered with its own text`() async throws {
        try await withPush { _, node async throws in
            // Long ago: nothing is done for it.
            let reply = try await node.client.get("/wechat/push?\(sign(1_500_000_000))&echostr=4375120948345356249")
            #expect(reply.status == 200)
            #expect(reply.text == "4375120948345356249")
            #expect(reply["Content-Type"]?.hasPrefix("text/plain") == true)
            let markup = try await node.client.get("/wechat/push?\(sign(now))&echostr=%3Cb%3E")
            #expect(markup.text == "<b>")
            #expect(markup["X-Content-Type-Options"] == "nosniff")
        }
    }

    @Test func `whoever cannot sign gets no echo`() async throws {
        try await withPush { _, node async throws in
            for query in [
                "", "echostr=1", "\(sign(now))", "\(sign(now))&echostr=1&nonce=n0",
                "\(sign(now).replacing("nonce=n0", with: "nonce=n1"))&echostr=1",
                "\(sign(now).replacing("signature=", with: "signature=0"))&echostr=1",
            ] {
                let reply = try await node.client.get("/wechat/push?\(query)")
                #expect(reply.outcome == Self.forbidden)
            }
        }
    }

    @Test func `without a token there is no such route`() async throws {
        try await withNode { backends, node async throws in
            #expect(try await node.client.get("/wechat/push?\(sign(now))&echostr=1").status == 404)
            #expect(try await post(try push("user_info_modified", backends), to: node).status == 404)
        }
    }

    @Test(arguments: [
        ("6", ["", "", "13580006666"]), ("8", ["Alice", "https://example.com/a", ""]),
        ("19", ["", "https://example.com/a", "13580006666"]), ("20", ["Alice", "", "13580006666"]),
        ("7", ["Alice", "https://example.com/a", "13580006666"]),
    ])
    func `what a user takes back is erased, and the session stays`(info: String, left: [String]) async throws {
        try await withPush { backends, node async throws in
            let token = try await logIn(node, backends)
            for format in MessagePush.Format.allCases {
                let message = try push("user_authorization_revoke", backends, revokeInfo: info, format: format)
                let reply = try await post(message, to: node)
                #expect(reply.status == 200)
                #expect(reply.text == "success")
                #expect(try await profile(node, token) == left)
            }
        }
    }

    @Test(arguments: MessagePush.Format.allCases)
    func `who ends the account is logged out everywhere and forgotten`(format: MessagePush.Format) async throws {
        try await withPush { backends, node async throws in
            let token = try await logIn(node, backends)
            let before = try #require(try await node.client.me(token).data?["userId"]?.integerValue)
            let openID = try backends.sandbox.openID(of: "alice")
            let message = try push("user_authorization_cancellation", backends, format: format)
            for _ in 0..<2 { #expect(try await post(message, to: node).text == "success") }
            #expect(try await node.client.me(token).outcome.code == 10_001)
            let rows = try await backends.runSQL("SELECT open_id, phone, nickname, avatar_url FROM users")
            #expect(rows.count == 1)
            for column in ["phone", "nickname", "avatar_url"] {
                #expect(try rows[0].value(column, as: String?.self) == nil)
            }
            #expect(try rows[0].value("open_id", as: String.self) != openID)
            #expect(try await backends.redisKeys("wechat-login:session-key:*") == [])
            // The same person may come again, as somebody new.
            let again = try await node.logIn(try backends.code()).token
            #expect(try await profile(node, again) == ["", "", ""])
            #expect(try await node.client.me(again).data?["userId"]?.integerValue != before)
        }
    }

    @Test func `only what proves its sender erases`() async throws {
        try await withPush { backends, node async throws in
            let token = try await logIn(node, backends)
            let message = try push("user_authorization_cancellation", backends)
            for query in [
                "", sign(now - 301), sign(now + 301), sign(now).replacing("nonce=n0", with: "nonce=n1"),
                message.query.replacing("signature=", with: "signature=0"), "\(message.query)&nonce=1",
                try backends.sandbox.makeMessagePush(of: "x", about: "alice", token: "otherToken").query,
            ] {
                #expect(try await post(message, to: node, query: query).outcome == Self.forbidden)
            }
            #expect(try await profile(node, token) == ["Alice", "https://example.com/a", "13580006666"])
        }
    }

    @Test func `the signature of one message is none of another`() async throws {
        try await withPush { backends, node async throws in
            let token = try await logIn(node, backends)
            let harmless = try push("user_info_modified", backends)
            #expect(try await post(harmless, to: node).text == "success")
            let harmful = try push("user_authorization_cancellation", backends)
            #expect(try await post(harmful, to: node, query: harmless.query).outcome == Self.forbidden)
            #expect(try await post(harmless, to: node).text == "success")
            #expect(try await profile(node, token) == ["Alice", "https://example.com/a", "13580006666"])
        }
    }

    @Test func `a message about nobody here, or of another mini program, changes nothing`() async throws {
        try await withPush { backends, node async throws in
            let token = try await logIn(node, backends)
            let stranger = try backends.sandbox.makeMessagePush(
                of: "user_authorization_cancellation", about: "stranger", token: Self.token)
            #expect(try await post(stranger, to: node).text == "success")
            let message = try push("user_authorization_cancellation", backends)
            let body = message.body.replacing(Backends.appID, with: "wx0000000000000000")
            let foreign = try await node.client.post("/wechat/push?\(message.query)", body: .text(body))
            #expect(foreign.outcome == Self.forbidden)
            #expect(try await profile(node, token) == ["Alice", "https://example.com/a", "13580006666"])
            #expect(try await backends.userCount() == 1)
        }
    }

    @Test func `a signed body that is no message is refused`() async throws {
        try await withPush { _, node async throws in
            for body in ["", "x", "<xml>", #"{"Event":"user_authorization_cancellation"}"#] {
                let reply = try await node.client.post(
                    "/wechat/push?\(sign(now, nonce: "\(body.count)"))", body: .text(body))
                #expect(reply.outcome.code == 10_002, "\(body)")
            }
        }
    }

    @Test func `where messages are encrypted a plain one proves nothing`() async throws {
        let settings: [Setting: String] = [
            .weChatPushToken: Self.token, .weChatPushAESKey: String(repeating: "A", count: 43),
        ]
        try await withNode(settings) { backends, node async throws in
            let token = try await logIn(node, backends)
            let message = try push("user_authorization_cancellation", backends)
            #expect(try await post(message, to: node).outcome == Self.forbidden)
            #expect(try await node.client.me(token).outcome == .success)
        }
    }
}

import KoaKit
import KoaTesting
import NIOHTTP1
import RedisClient
import Testing

@testable import LoginService

/// A text is data or is refused, whatever it says.
@Suite(.timeLimit(.minutes(3)))
struct HostileTextTests {
    private static let texts = [
        "'; DROP TABLE users; --", #"" OR ""=""#, "' OR 1=1 #", #"\' OR 1=1 -- "#, "1); DELETE FROM users; --", "%' --",
        "$1 ? :name", "a\u{0}b", "\u{0}", "\u{202E}gpj.exe", "a\u{2066}b\u{2069}", "\u{200B}", "\u{FEFF}\u{2060}",
        "a\u{200B}b", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "${jndi:ldap://x/a}",
        "{{7*7}}", "%s%n%x", "../../etc/passwd", "*", "session:*", "\r\nSET a b\r\n", "\r\nSet-Cookie: a=b",
        #"","openid":"x"#, "__proto__", "constructor", "null", "-1", "1e999", "😀👨‍👩‍👧‍👦", "\u{1F1E8}\u{1F1F3}", "é",
        "e\u{301}",
        "\u{10FFFF}", "a" + String(repeating: "\u{301}", count: 60), String(repeating: "字", count: 4_000),
    ]

    @Test(arguments: Store.allCases)
    func `no text in any field of any route is more than a text`(_ store: Store) async throws {
        try await withNode([.phoneSelfAsserted: "true"], store: store) { backends, node in
            let bob = try await node.client.seedLogIn(try backends.code(for: "bob")).seedToken
            _ = try await node.client.put("/user/info", headers: ["token": bob], body: .json(["nickname": "bob"]))
            let bobBefore = try await node.client.me(bob).text
            try await backends.redis.set("other-app", to: "theirs")
            for field in HostileField.all {
                // A user of its own for each, as a user may log in a hundred times a minute.
                let user = "mallory \(field.route) \(field.name)"
                let caller = try await self.caller(user, backends, node)
                for text in Self.texts {
                    let reply = try await field.send(caller, text)
                    try await expect(reply, toAnswer: text, in: field, of: caller)
                }
            }
            #expect(try await node.client.me(bob).text == bobBefore)
            #expect(try await backends.redisValue("other-app") == "theirs")
            let users = Set(HostileField.all.map { "\($0.route) \($0.name)" }).count + 1
            #expect(try await backends.userCount() == Int64(users))
        }
    }

    @Test func `no text as a code of the step-up is more than a text`() async throws {
        try await withNode([.stepUp: "5m"]) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            for text in Self.texts {
                let reply = try await node.client.post(
                    "/user/verify", headers: ["token": token], body: .json(["code": .string(text)]))
                #expect(isRefused(reply) && !reply.text.contains("expiresIn"), "\(text): \(reply.text)")
            }
        }
    }

    @Test func `10 MB are refused wherever they are put`() async throws {
        try await withNode([.phoneSelfAsserted: "true"]) { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            let bodies = [
                ("POST", "/user/wechatlogin"), ("PUT", "/user/info"), ("POST", "/user/login"), ("POST", "/login"),
                ("POST", "/userinfo"), ("POST", "/isAuth"),
            ]
            for (method, path) in bodies {
                let head =
                    "\(method) \(path) HTTP/1.1\r\nHost: a\r\ntoken: \(token)\r\nContent-Type: application/json\r\n"
                let reply = try await answer(to: head + "Content-Length: 10000000\r\n\r\n{\"a\":\"", of: node)
                #expect(reply.outcome == .failure(10_004, "payload_too_large", status: 413), "\(path)")
            }
            let much = String(repeating: "a", count: 10_000)
            let targets = [
                "/auth?code=", "/credit?token=", "/checklogin?token=", "/user/sessions/", "/userinfo?token=", "/login?",
            ]
            for target in targets {
                let reply = try await answer(to: "GET \(target)\(much) HTTP/1.1\r\nHost: a\r\n\r\n", of: node)
                #expect(reply.outcome == .failure(10_004, "payload_too_large", status: 414), "\(target)")
            }
            for name in ["token: ", "Authorization: Bearer "] {
                let head = "GET /user/me HTTP/1.1\r\nHost: a\r\n\(name)\(much)\(much)\r\n\r\n"
                let reply = try await answer(to: head, of: node)
                #expect(reply.outcome == .failure(10_004, "payload_too_large", status: 431), "\(name)")
            }
            #expect(try await node.client.me(token).outcome == .success)
        }
    }

    private func caller(_ user: String, _ backends: Backends, _ node: TestNode) async throws -> HostileCaller {
        let token = try await node.client.seedLogIn(try backends.code(for: user)).seedToken
        return HostileCaller(
            client: node.client, token: token, openData: try backends.openData(["nickName": "Mallory"], of: user),
            makeCode: { try backends.code(for: user) })
    }

    private func expect(
        _ reply: TestReply, toAnswer text: String, in field: HostileField, of caller: HostileCaller
    ) async throws {
        let place: Comment = "\(field.route) \(field.name): \(text.prefix(40).debugDescription) → \(reply.text)"
        #expect(reply.status < 500, place)
        #expect(throws: Never.self, place) { try reply.json() }
        #expect(reply["Set-Cookie"] == nil, place)
        if reply.outcome.code == 10_002 { #expect(reply.text.contains(field.name), place) }
        switch (field.name, isRefused(reply)) {
        case ("nickname", false), ("avatarUrl", false):
            let read = try await caller.client.me(caller.token).data?[field.name]?.stringValue
            #expect(read.map { Array($0.utf8) } == Array(text.utf8), place)
        case ("nickname", true):
            #expect(Self.isHidden(text) || text.count > 64 || text.utf8.count > 512, place)
        case ("deviceName", false):
            #expect(!Self.isHidden(text), place)
        case ("id", false):
            #expect(reply.data?["ended"] == 0, place)
        case (_, true): break
        default: Issue.record(place)
        }
    }

    /// Whether a reply is no success, in whatever shape.
    private func isRefused(_ reply: TestReply) -> Bool {
        let json = try? reply.json()
        return json?["err"] != nil || json?["is_login"] == false
            || (json?["code"]).map { $0 != 0 && $0 != "200" } == true
    }

    /// Whether a text holds control characters, those of direction included, or nothing to be seen.
    private static func isHidden(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E || (0x2066...0x2069).contains($0.value) }
            || text == "\u{200B}" || text == "\u{FEFF}\u{2060}"
    }

    private func answer(to request: String, of node: TestNode) async throws -> TestReply {
        let connection = try await RawConnection.connect(port: node.port)
        try await connection.send(request)
        let reply = try await connection.readReply()
        await connection.close()
        return reply
    }
}

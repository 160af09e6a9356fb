import Foundation
import InMemoryLogging
import KoaKit
import KoaTesting
import Logging
import NIOHTTP1
import RedisServerFixture
import RelationalStore
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct AdminRouteTests {
    static let token = "correct-horse-battery-staple"
    private static let headers: HTTPHeaders = ["Authorization": "Bearer \(token)"]
    private static let kicked = Outcome.failure(10_001, "kicked", status: 200)
    private static let banned = Outcome.failure(10_009, "banned", status: 200)
    private static let noSuchUser = Outcome.failure(10_006, "not_found", status: 404)
    private static let invalid = Outcome.failure(10_002, "invalid_parameter", status: 400)
    private static let settings: [Setting: String] = [.adminToken: token, .tokenStyle: "opaque", .nearCache: "100"]

    /// Serves with a node and gives the client of its admin listener.
    private func withAdmin(
        _ store: Store = .sqlite, _ body: (Backends, TestNode, TestClient) async throws -> Void
    ) async throws {
        try await withNode(Self.settings, store: store) { backends, node in
            try await node.withAdmin { admin in try await body(backends, node, admin) }
        }
    }

    @Test func `without ADMIN_TOKEN it is closed, and says which setting opens it`() async throws {
        try await withNode { _, node in
            try await node.withAdmin { admin in
                let reply = try await admin.get("/admin/users/1", headers: Self.headers)
                #expect(reply.outcome == .failure(10_016, "forbidden", status: 403))
                #expect(reply.text.contains("ADMIN_TOKEN"))
            }
        }
    }

    @Test(arguments: [
        [], [("Authorization", "Bearer correct-horse")], [("Authorization", "Basic \(token)")], [("token", token)],
        [("Authorization", "Bearer \(token)"), ("Authorization", "Bearer \(token)")],
        [("Authorization", "Bearer \(token)x")], [("Authorization", "Bearer ")],
    ])
    func `without its token nothing is told or done`(_ fields: [(String, String)]) async throws {
        try await withAdmin { backends, node, admin in
            let session = try await node.logIn(try backends.code()).token
            let requests: [(HTTPMethod, String)] = [
                (.GET, "/admin/users?id=1"), (.GET, "/admin/users/1"), (.GET, "/ADMIN/Users/1"),
                (.GET, "/admin/users/1/sessions"), (.DELETE, "/admin/users/1/sessions"),
                (.DELETE, "/admin/users/1/sessions/x"), (.POST, "/admin/users/1/ban"), (.DELETE, "/admin/users/1/ban"),
            ]
            for (method, path) in requests {
                let reply = try await admin.request(
                    method, path, headers: HTTPHeaders(fields), body: method == .POST ? .json(["for": "1d"]) : .none)
                #expect(reply.outcome == .failure(10_001, "not_logged_in", status: 401), "\(method) \(path)")
                #expect(reply["WWW-Authenticate"] == "Bearer")
            }
            let after = try await node.client.me(session)
            #expect(after.outcome == .success)
        }
    }

    @Test func `it is not on the public port`() async throws {
        try await withAdmin { _, node, _ in
            for path in ["/admin/users/1", "/admin/users?id=1"] {
                let reply = try await node.client.get(path, headers: Self.headers)
                #expect(reply.outcome == .failure(10_006, "not_found", status: 404))
            }
        }
    }

    @Test(arguments: Store.allCases)
    func `a user is found by id, openid, phone and unionid, and neither openid nor phone is told whole`(
        _ store: Store
    ) async throws {
        try await withAdmin(store) { backends, node, admin in
            _ = try await node.logIn(try backends.code())
            _ = try await node.logIn(try backends.code(for: "bob"))
            try await backends.runSQL(
                "UPDATE users SET phone = '13012341236', union_id = 'u-alice-123456' WHERE id = 1")
            let openID = try backends.sandbox.openID(of: "alice")
            for query in ["id=1", "openid=\(openID)", "phone=13012341236", "unionid=u-alice-123456"] {
                let reply = try await admin.get("/admin/users?\(query)", headers: Self.headers)
                #expect(reply.outcome == .success && reply.data?["total"] == 1, "\(query): \(reply.text)")
                let user = try #require(reply.data?["users"]?[0])
                #expect(user["id"] == 1 && user["appid"]?.stringValue == Backends.appID)
                #expect(user["openid"]?.stringValue == "\(openID.prefix(4))…\(openID.suffix(4))")
                #expect(user["phone"] == "130…236" && user["credit"] == 100 && user["bannedUntil"] == .null)
                #expect(!reply.text.contains(openID) && !reply.text.contains("13012341236"))
            }
            for query in ["id=7", "openid=\(openID.lowercased())x", "phone=1", "unionid=_"] {
                let reply = try await admin.get("/admin/users?\(query)", headers: Self.headers)
                #expect(reply.outcome == .success && reply.data == ["users": [], "total": 0], "\(query)")
            }
            for query in ["", "id=x", "id=1&phone=1", "id=1&id=2", "openid=", "id=1&limit=0", "id=1&offset=-1"] {
                let reply = try await admin.get("/admin/users?\(query)", headers: Self.headers)
                #expect(reply.outcome == Self.invalid, "\(query): \(reply.text)")
            }
        }
    }

    @Test func `a user who is not there is 404, and a number that is none names the field`() async throws {
        try await withAdmin { _, _, admin in
            for path in ["/admin/users/7", "/admin/users/7/sessions"] {
                let reply = try await admin.get(path, headers: Self.headers)
                #expect(reply.outcome == Self.noSuchUser)
            }
            for path in ["/admin/users/7/sessions", "/admin/users/7/sessions/x", "/admin/users/7/ban"] {
                let reply = try await admin.delete(path, headers: Self.headers)
                #expect(reply.outcome == Self.noSuchUser, "\(path)")
            }
            let ban = try await admin.post("/admin/users/7/ban", headers: Self.headers, body: .json(["for": "1d"]))
            #expect(ban.outcome == Self.noSuchUser)
            let reply = try await admin.get("/admin/users/x", headers: Self.headers)
            #expect(reply.outcome == Self.invalid && reply.text.contains("'id'"))
        }
    }

    @Test func `sessions are listed by pages, one is ended on every node, then all`() async throws {
        try await withTwoNodes(Self.settings) { backends, first, second in
            var tokens: [String] = []
            for _ in 0..<3 { tokens.append(try await first.logIn(try backends.code()).token) }
            try await first.withAdmin { admin in
                let list = try await admin.get("/admin/users/1/sessions?limit=2", headers: Self.headers)
                let listed = list.data?["sessions"]?.elements ?? []
                #expect(list.data?["total"] == 3 && listed.count == 2, "\(list.text)")
                #expect(!listed.flatMap(\.members).contains { $0.name == "current" }, "nobody's is the operator's")
                let rest = try await admin.get("/admin/users/1/sessions?limit=2&offset=2", headers: Self.headers)
                // The newest first: the last is the session of the first login.
                let id = try #require(rest.data?["sessions"]?[0]?["id"]?.stringValue)
                for token in tokens { #expect(!list.text.contains(token)) }
                let end = try await admin.delete("/admin/users/1/sessions/\(id)", headers: Self.headers)
                #expect(end.data == ["ended": 1])
                let again = try await admin.delete("/admin/users/1/sessions/\(id)", headers: Self.headers)
                #expect(again.data == ["ended": 0])
                for node in [first, second] {
                    try await eventually(Self.kicked) { try await node.client.me(tokens[0]) }
                    let other = try await node.client.me(tokens[1])
                    #expect(other.outcome == .success)
                }
                let all = try await admin.delete("/admin/users/1/sessions", headers: Self.headers)
                #expect(all.data == ["ended": 2])
                for node in [first, second] {
                    for token in tokens { try await eventually(Self.kicked) { try await node.client.me(token) } }
                }
            }
            #expect(first.audit.filter { $0.hasPrefix("kicked") } == ["kicked by_operator", "kicked by_operator"])
        }
    }

    @Test(
        arguments: [
            ["for": "7d"], ["until": "2999-12-01T00:00:00Z"], ["until": "2999-12-01T08:00:00.5+08:00"],
            ["until": "forever"],
        ] as [JSONValue])
    func `a ban ends sessions and forbids logins on every node, until it is lifted`(_ body: JSONValue) async throws {
        try await withTwoNodes(Self.settings) { backends, first, second in
            let token = try await first.logIn(try backends.code()).token
            try await second.withAdmin { admin in
                let ban = try await admin.post("/admin/users/1/ban", headers: Self.headers, body: .json(body))
                #expect(ban.outcome == .success && ban.data?["ended"] == 1, "\(ban.text)")
                for node in [first, second] {
                    try await eventually(Self.kicked) { try await node.client.me(token) }
                    let login = try await node.logIn(try backends.code())
                    #expect(login.outcome == Self.banned)
                }
                let user = try await admin.get("/admin/users/1", headers: Self.headers)
                #expect(user.data?["bannedUntil"]?.stringValue == ban.data?["bannedUntil"]?.stringValue)
                let unban = try await admin.delete("/admin/users/1/ban", headers: Self.headers)
                #expect(unban.outcome == .success)
                let login = try await first.logIn(try backends.code())
                #expect(login.outcome == .success)
            }
            #expect(second.audit.filter { $0 != "login_refused banned" } == ["banned", "unbanned"])
        }
    }

    @Test(
        arguments: [
            [:], ["for": "7d", "until": "forever"], ["for": "x"], ["for": "0s"], ["until": "tomorrow"], ["for": 7],
            ["until": "2026-12-01"], ["until": "2001-01-01T00:00:00Z"], ["for": "7d", "reason": "a\u{0}b"],
        ] as [JSONValue])
    func `a ban that cannot be meant is refused, and nobody is banned`(_ body: JSONValue) async throws {
        try await withAdmin { backends, node, admin in
            let token = try await node.logIn(try backends.code()).token
            let ban = try await admin.post("/admin/users/1/ban", headers: Self.headers, body: .json(body))
            #expect(ban.outcome == Self.invalid, "\(ban.text)")
            let after = try await node.client.me(token)
            #expect(after.outcome == .success)
        }
    }

    @Test func `each change is an audit line with who asked and why, and the token is in no line`() async throws {
        try await withAdmin { backends, node, admin in
            _ = try await node.logIn(try backends.code())
            let headers: HTTPHeaders = ["Authorization": "Bearer \(Self.token)", "X-Request-Id": "r-42"]
            _ = try await admin.post(
                "/admin/users/1/ban", headers: headers, body: .json(["for": "1d", "reason": "spam in 群"]))
            let entry = try #require(node.log.entries.first { $0.metadata["event"] == "banned" })
            #expect(entry.message == "audit" && entry.metadata["user.id"] == "1")
            #expect(entry.metadata["reason"] == "spam in 群" && entry.metadata["client.address"] == "127.0.0.1")
            let openID = try backends.sandbox.openID(of: "alice")
            for line in node.logLines { #expect(!line.contains(Self.token) && !line.contains(openID), "\(line)") }
        }
    }

    @Test func `what cannot be asked is never told as nobody`() async throws {
        try await withAdmin { backends, node, admin in
            _ = try await node.logIn(try backends.code())
            backends.redisServer.kill()
            let list = try await admin.get("/admin/users/1/sessions", headers: Self.headers)
            #expect(list.outcome == .sessionStoreUnavailable)
            try backends.redisServer.start()
            try await backends.runSQL("ALTER TABLE users RENAME TO gone")
            let user = try await admin.get("/admin/users/1", headers: Self.headers)
            #expect(user.outcome == .userStoreUnavailable)
        }
    }
}

import KoaKit
import KoaTesting
import NIOHTTP1
import RedisServerFixture
import RelationalStore
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct CreditRouteTests {
    static let notLoggedIn = #"{"err":"用户不存在，或未登录。"}"#

    @Test func `login and credit answer byte by byte, as JSON that nobody may store`() async throws {
        try await withNode { backends, node in
            let login = try await node.client.seedLogIn(try backends.code())
            let token = try login.seedToken
            #expect(login.text == #"{"token":"\#(token)"}"#)
            #expect(token.wholeMatch(of: /token_[A-Za-z0-9_\-]{43}/) != nil)
            let credit = try await node.client.credit(token)
            #expect(credit.text == #"{"credit":100}"#)
            let refused = try await node.client.seedLogIn("unknown")
            #expect(refused.text == #"{"err":"invalid code"}"#)
            let stranger = try await node.client.get("/credit")
            #expect(stranger.text == Self.notLoggedIn)
            for reply in [login, credit, refused, stranger] {
                #expect(reply.status == 200)
                #expect(reply["Content-Type"] == "application/json; charset=utf-8")
                #expect(reply["Cache-Control"] == "no-store")
                #expect(reply["WWW-Authenticate"] == nil)
            }
        }
    }

    @Test func `a new user starts with credit 100 and state 1`() async throws {
        try await withNode { backends, node async throws in
            _ = try await node.client.seedLogIn(try backends.code())
            let row = try #require(try await backends.runSQL("SELECT credit, state FROM users").first)
            let (credit, state) = (try row.value("credit", as: Int64.self), try row.value("state", as: Int64.self))
            #expect(credit == 100 && state == 1)
        }
    }

    @Test func `credit is what the database says, and of nobody without a user there`() async throws {
        try await withNode { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            try await backends.runSQL("UPDATE users SET credit = 9007199254740993")
            #expect(try await node.client.credit(token).text == #"{"credit":9007199254740993}"#)
            try await backends.runSQL("DELETE FROM users")
            #expect(try await node.client.credit(token).text == Self.notLoggedIn)
        }
    }

    @Test func `http mode answers the same shapes with the real status`() async throws {
        try await withNode([.envelopeStatus: "http"]) { backends, node in
            let refused = try await node.client.seedLogIn("unknown")
            #expect(refused.status == 401 && refused["WWW-Authenticate"] == "Bearer")
            #expect(refused.text == #"{"err":"invalid code"}"#)
            let blocked = try await node.client.seedLogIn(try backends.code(for: "blocked"))
            #expect(blocked.status == 403 && blocked.text == #"{"err":"WeChat blocks this user"}"#)
            let malformed = try await node.client.seedLogIn("a b")
            #expect(malformed.status == 400)
            #expect(malformed.text.hasPrefix(#"{"err":"code must have"#))
            let stranger = try await node.client.credit("x")
            #expect(stranger.status == 401 && stranger["WWW-Authenticate"] == "Bearer")
            #expect(stranger.text == Self.notLoggedIn)
            #expect(try await node.client.seedLogIn(try backends.code()).status == 200)
        }
    }

    @Test func `a code is read from JSON and from a form, and what is none says so in the same shape`() async throws {
        try await withNode { backends, node in
            let form = try await node.client.post(
                "/login", headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: .text("code=\(try backends.code())"))
            #expect(try form.seedToken.hasPrefix("token_"))
            let json: HTTPHeaders = ["Content-Type": "application/json"]
            for body in [
                #"{}"#, #"{"code":null}"#, #"{"code":1}"#, #"{"code":""}"#, #"{"code":["a"]}"#, "[]", "", "null",
            ] {
                let reply = try await node.client.post("/login", headers: json, body: .text(body))
                #expect(reply.status == 200, "\(body)")
                let members = try reply.json()
                guard case .object(let names) = members else { continue }
                #expect(names.map(\.name) == ["err"], "\(reply.text)")
            }
            for body in ["{", #"{"code":"a","code":"b"}"#, "\u{FEFF}{}"] {
                let reply = try await node.client.post("/login", headers: json, body: .text(body))
                #expect(reply.outcome == .failure(10_003, "malformed_body", status: 400), "\(body)")
            }
            let text = try await node.client.post("/login", headers: ["Content-Type": "text/plain"], body: .text("x"))
            #expect(text.outcome == .failure(10_005, "unsupported_media_type", status: 415))
            let large = try await node.client.seedLogIn(String(repeating: "a", count: 70_000))
            #expect(large.outcome == .failure(10_004, "payload_too_large", status: 413))
        }
    }

    @Test func `a failure of infrastructure is the envelope with its real status`() async throws {
        try await withNode(whereWeChatAnswers: ["errcode": -1]) { _, node in
            let busy = try await node.client.seedLogIn("abc")
            #expect(busy.outcome == .failure(10_010, "wechat_unavailable", status: 502, errcode: -1))
        }
        try await withNode(whereWeChatAnswers: ["errcode": 45_011]) { _, node in
            let quota = try await node.client.seedLogIn("abc")
            #expect(quota.outcome == .failure(10_014, "wechat_quota", status: 429, errcode: 45_011))
            #expect(quota["Retry-After"] != nil)
        }
        try await withNode { backends, node in
            let token = try await node.client.seedLogIn(try backends.code()).seedToken
            backends.redisServer.kill()
            #expect(try await node.client.credit(token).outcome == .sessionStoreUnavailable)
            #expect(try await node.client.seedLogIn(try backends.code()).outcome == .sessionStoreUnavailable)
            #expect(try await node.client.userInfo(token, [:]).outcome == .sessionStoreUnavailable)
            #expect(try await node.client.get("/checklogin?token=\(token)").outcome == .sessionStoreUnavailable)
        }
    }

    @Test func `a banned user gets the shape of the system, with the end of the ban`() async throws {
        try await withNode { backends, node in
            _ = try await node.client.seedLogIn(try backends.code())
            try await backends.runSQL("UPDATE users SET banned_until = 9000000000000000000")
            let refused = try await node.client.seedLogIn(try backends.code())
            #expect(refused.status == 200 && refused.text == #"{"err":"this user may not log in"}"#)
            let jwt = try await node.client.auth(try backends.code())
            #expect(jwt.text == #"{"code":"10009","message":"this user may not log in"}"#)
        }
    }

    @Test func `the routes answer to their methods alone`() async throws {
        try await withNode { _, node in
            let wrong: [(HTTPMethod, String, Set<String>)] = [
                (.GET, "/login", ["POST"]), (.POST, "/credit", ["HEAD", "GET"]), (.GET, "/userinfo", ["POST"]),
                (.POST, "/auth", ["HEAD", "GET"]), (.GET, "/isAuth", ["POST"]), (.DELETE, "/login", ["POST"]),
            ]
            for (method, path, allowed) in wrong {
                let reply = try await node.client.request(method, path)
                #expect(reply.outcome == .failure(10_007, "method_not_allowed", status: 405), "\(method) \(path)")
                #expect(Set(reply["Allow"]?.split(separator: ", ").map(String.init) ?? []) == allowed)
            }
            let options = try await node.client.request(.OPTIONS, "/login")
            #expect(options.status == 200 && options["Allow"] == "POST")
            let head = try await node.client.head("/credit")
            #expect(head.status == 200 && head.content.isEmpty)
        }
    }

    @Test func `SEED_ROUTES switches each group on by itself, and its style of tokens with it`() async throws {
        try await withBackends { backends in
            let all = ["/login", "/credit", "/userinfo", "/checklogin", "/auth", "/isAuth"]
            let groups = ["credit": 0..<3, "checklogin": 3..<4, "jwt": 4..<6]
            for (group, range) in groups {
                try await withNode(on: backends, [.seedRoutes: group]) { node in
                    for (index, path) in all.enumerated() {
                        let status = try await node.client.request(.PATCH, path).status
                        #expect(status == (range.contains(index) ? 405 : 404), "\(group) \(path)")
                    }
                }
            }
            try await withNode(on: backends) { node in
                let opaque = try await node.client.seedLogIn(try backends.code()).seedToken
                let jwt = try await node.client.auth(try backends.code()).jwt
                try await withNode(on: backends, [.seedRoutes: "checklogin"]) { other in
                    for token in [opaque, jwt] {
                        #expect(try await node.client.me(token).outcome == .success)
                        let before = try await backends.redisCommandCount()
                        #expect(try await other.client.me(token).outcome == .notLoggedIn)
                        #expect(try await backends.redisCommandCount() == before)
                    }
                }
            }
        }
    }
}

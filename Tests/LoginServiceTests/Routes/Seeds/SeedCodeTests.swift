import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import RedisClient
import RedisServerFixture
import RelationalStore
import Synchronization
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct SeedCodeTests {
    @Test func `a repeated code gets the same bytes on either node, from one exchange`() async throws {
        try await withTwoNodes { backends, first, second in
            for path in [TestClient.seedLogIn, TestClient.auth] {
                let before = backends.sandbox.calls.count
                let code = try backends.code()
                let reply = try await path(first.client)(code)
                #expect(try await path(second.client)(code).text == reply.text)
                #expect(try await path(first.client)(code).text == reply.text)
                #expect(backends.sandbox.calls.count == before + 1)
            }
            #expect(try await backends.redisKeys("session:*").count == 2)
        }
    }

    @Test func `20 arrivals at once on two nodes are one exchange and one session`() async throws {
        try await withTwoNodes { backends, first, second in
            try backends.sandbox.inject(Fault(.delay, delay: .milliseconds(200)))
            let code = try backends.code()
            let replies = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<20 {
                    let node = number.isMultiple(of: 2) ? first : second
                    group.addTask { try await node.client.auth(code).text }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(replies.count == 1 && replies.first?.contains(#""code":"200""#) == true)
            #expect(backends.sandbox.calls.count == 1)
            #expect(try await backends.redisKeys("session:*").count == 1)
        }
    }

    @Test func `a code that a route has answered was used before for every other style of token`() async throws {
        try await withTwoNodes { backends, first, second in
            let code = try backends.code()
            #expect(try await first.logIn(code).outcome == .success)
            let login = try await second.client.seedLogIn(code)
            #expect(login.text == #"{"err":"the code was used before: call wx.login again"}"#)
            let auth = try await first.client.auth(code)
            #expect(auth.text == #"{"code":"40163","message":"the code was used before: call wx.login again"}"#)
            #expect(try await second.logIn(code).outcome == .success)
            #expect(backends.sandbox.calls.count == 1)
            #expect(try await backends.redisKeys("session:*").count == 1)
        }
    }

    @Test func `a code that is replayed when its outcome is forgotten was used before`() async throws {
        try await withNode { backends, node in
            let code = try backends.code()
            _ = try await node.client.auth(code).jwt
            for key in try await backends.redisKeys("wechat-login:code:*") { try await backends.redis.unlink(key) }
            #expect(try await node.client.auth(code).text.hasPrefix(#"{"code":"40163","#))
            for key in try await backends.redisKeys("wechat-login:code:*") { try await backends.redis.unlink(key) }
            #expect(try await node.client.seedLogIn(code).text.contains("used before"))
        }
    }

    @Test func `a login that was ended is not brought back by its code`() async throws {
        try await withNode { backends, node in
            let code = try backends.code()
            let token = try await node.client.auth(code).jwt
            _ = try await node.client.post("/user/logout", headers: ["token": token])
            let again = try await node.client.auth(code)
            #expect(try again.json()["code"]?.stringValue != "200" && again.data == nil)
            #expect(try await node.client.isAuth(token).text.contains("10200"))
        }
    }

    @Test func `of many users at once each gets their own, on every route`() async throws {
        try await withTwoNodes { backends, first, second in
            let logins = try (0..<60).map { ("user\($0)", try backends.code(for: "user\($0)")) }
            let tokens = try await withThrowingTaskGroup(of: (String, String).self) { group in
                for (number, (user, code)) in logins.enumerated() {
                    let client = number.isMultiple(of: 2) ? first.client : second.client
                    group.addTask {
                        switch number % 3 {
                        case 0: (user, try await client.seedLogIn(code).seedToken)
                        case 1: (user, try await client.auth(code).jwt)
                        default: (user, try await client.logIn(code).token)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(tokens.map(\.1)).count == 60)
            let rows = try await backends.runSQL("SELECT id, open_id FROM users")
            let identifiers = Dictionary(
                uniqueKeysWithValues: try rows.map { row in
                    (try row.value("open_id", as: String.self), try row.value("id", as: Int64.self))
                })
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (user, token) in tokens {
                    let id = try #require(identifiers[try backends.sandbox.openID(of: user)])
                    group.addTask {
                        let reply = try await second.client.isAuth(token)
                        #expect(try reply.json()["data"]?.stringValue == String(id))
                        #expect(try await first.client.me(token).data?["userId"]?.integerValue == id)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `in a cluster each thing that a login stores has a place of its own`() async throws {
        try await withRedisCluster { cluster in
            try await withBackends { backends in
                try await withNode(on: backends, [.redisURL: cluster.url]) { node in
                    for user in ["alice", "bob", "carol"] {
                        let code = try backends.code(for: user)
                        let token = try await node.client.auth(code).jwt
                        #expect(try await node.client.auth(code).jwt == token)
                        let data = try backends.openData(OpenProfile.data, of: user)
                        #expect(try await node.client.userInfo(token, data).json()["userInfo"] == OpenProfile.data)
                        let opaque = try await node.client.seedLogIn(try backends.code(for: user)).seedToken
                        #expect(try await node.client.credit(opaque).text == #"{"credit":100}"#)
                    }
                }
            }
        }
    }

    @Test func `codes travel percent-encoded, and openids that differ by case are two users`() async throws {
        let queries = Mutex<[String]>([])
        let app = Application()
        app.use { ctx, _ in
            queries.withLock { $0.append(ctx.request.querystring) }
            let code = ctx.request.query["js_code"] ?? ""
            ctx.body = .json(["openid": .string("oSame\(code)"), "session_key": "tiihtNczf5v6AKRyjwEUhQ=="])
        }
        try await app.withServer { server in
            try await withNode([.weChatBaseURL: "http://127.0.0.1:\(server.port)"]) { backends, node in
                let (upper, lower) = (try await node.client.auth("ABC").jwt, try await node.client.auth("abc").jwt)
                let users = [try await node.client.isAuth(upper).text, try await node.client.isAuth(lower).text]
                #expect(users[0] != users[1])
                #expect(try await backends.userCount() == 2)
                #expect(try await node.client.get("/auth?code=a%5Fb%2Dc").data != nil)
            }
        }
        let codes = queries.withLock { $0 }.map { $0.split(separator: "&").filter { $0.hasPrefix("js_code=") } }
        #expect(codes == [["js_code=ABC"], ["js_code=abc"], ["js_code=a_b-c"]])
    }
}

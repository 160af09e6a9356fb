import KoaKit
import KoaTesting
import MariaDBFixture
import RedisServerFixture
import Synchronization
import Testing

@testable import LoginService

/// A login whose code WeChat has taken, and whose store is gone.
@Suite(.timeLimit(.minutes(3)))
struct LostStoreTests {
    private static let answer: JSONValue = [
        "openid": "oGZUI0egBJY1zhBYw2KhdUfwVJJE", "session_key": "HyVFkGl5F5OQWJZZaNzBBg==",
    ]

    @Test(arguments: LoginRoute.allCases)
    func `Redis lost before WeChat's answer is stored issues nothing, and a fresh code logs in`(
        _ route: LoginRoute
    ) async throws {
        try await withBackends { backends in
            try await withWeChat { query in
                if query["js_code"] == "doomed" { backends.redisServer.kill() }
                return Self.answer
            } _: { url in
                try await withNode(on: backends, [.weChatBaseURL: url], pace: .real) { node in
                    let lost = try await route.logIn("doomed", node.client)
                    #expect(lost.outcome == .sessionStoreUnavailable)
                    try await restartRedis(of: backends, node)
                    #expect(try await sessionKeys(in: backends) == [])
                    #expect(try await backends.userCount() == 0)
                    let reply = try await route.logIn("fresh", node.client)
                    let token = try #require(route.token(of: reply), "\(reply.text)")
                    #expect(try await node.client.me(token).outcome == .success)
                }
            }
        }
    }

    @Test func `Redis lost between the user and the session issues nothing, and the code is spent`() async throws {
        try await withNode(pace: .real) { backends, node in
            let code = try backends.code()
            let login = try await backends.whileLocked {
                let login = Task { try await node.logIn(code) }
                // The outcome of the exchange is there, and the user cannot be written.
                try await eventually {
                    guard let key = try await backends.redisKeys("wechat-login:code:*").first else { return false }
                    return try await backends.redisValue(key)?.hasPrefix("{") == true
                }
                backends.redisServer.kill()
                return login
            }
            #expect(try await login.value.outcome == .sessionStoreUnavailable)
            try await restartRedis(of: backends, node)
            #expect(try await sessionKeys(in: backends) == [])
            let repetition = try await node.logIn(code)
            #expect(repetition.outcome == .failure(10_001, "code_used", status: 200, errcode: 40_163))
            #expect(try await node.logIn(try backends.code()).outcome == .success)
            #expect(try await backends.userCount() == 1)
        }
    }

    @Test func `a database lost after the code was taken is 10012, and the code works once it is back`() async throws {
        let mariaDB = try await MariaDBServer.make()
        let calls = Mutex<[String]>([])
        try await withBackends { backends in
            try await withWeChat { query in
                calls.withLock { $0.append(query["js_code"] ?? "") }
                try await mariaDB.kill()
                return Self.answer
            } _: { url in
                let database = mariaDB.networkURL(database: try await mariaDB.makeDatabase())
                try await withNode(on: backends, [.weChatBaseURL: url, .databaseURL: database]) { node in
                    for (index, route) in LoginRoute.allCases.enumerated() {
                        let code = "code\(index)"
                        let before = try await backends.redisKeys("session:*")
                        let lost = try await route.logIn(code, node.client)
                        #expect(lost.outcome == .userStoreUnavailable)
                        #expect(try await backends.redisKeys("session:*") == before)
                        try await mariaDB.start()
                        try await eventually { route.token(of: try await route.logIn(code, node.client)) != nil }
                        let exchanges = calls.withLock(\.self).filter { $0 == code }
                        #expect(exchanges.count == 1)
                    }
                }
            }
        }
        try await mariaDB.kill()
    }

    /// Starts Redis again, without data, and waits until the node reaches it.
    private func restartRedis(of backends: Backends, _ node: TestNode) async throws {
        try backends.redisServer.start()
        try await eventually(.success) { try await node.client.get("/readyz") }
    }

    /// The keys of sessions, once the test's own client reaches Redis again.
    private func sessionKeys(in backends: Backends) async throws -> [String] {
        var keys: [String]?
        try await eventually {
            keys = try? await backends.redisKeys("session:*")
            return keys != nil
        }
        return try #require(keys)
    }
}

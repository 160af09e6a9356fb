import KoaTesting
import RedisClient
import Testing
import WeChatAPI
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct SharedCodeTests {
    @Test(arguments: ["md5", "opaque"])
    func `a repeated code gets the same reply from one exchange`(_ style: String) async throws {
        try await withNode([.tokenStyle: style]) { backends, node in
            let code = try backends.code()
            let first = try await node.logIn(code)
            let second = try await node.logIn(code)
            #expect(first.outcome == .success)
            #expect(second.text == first.text)
            #expect(backends.sandbox.calls.count == 1)
            #expect(try await backends.redisKeys("session:*").count == 1)
        }
    }

    @Test(arguments: ["md5", "opaque"])
    func `20 arrivals at once on one node are one exchange`(_ style: String) async throws {
        try await withNode([.tokenStyle: style]) { backends, node in
            try backends.sandbox.inject(Fault(.delay, delay: .milliseconds(200)))
            let code = try backends.code()
            let tokens = try await tokens(of: Array(repeating: (node, code), count: 20))
            #expect(Set(tokens).count == 1)
            #expect(backends.sandbox.calls.count == 1)
            #expect(try await backends.userCount() == 1)
        }
    }

    @Test(arguments: ["md5", "opaque"])
    func `arrivals at once on two nodes are one exchange`(_ style: String) async throws {
        try await withTwoNodes([.tokenStyle: style]) { backends, first, second in
            try backends.sandbox.inject(Fault(.delay, delay: .milliseconds(200)))
            let code = try backends.code()
            let arrivals = (0..<10).map { ($0.isMultiple(of: 2) ? first : second, code) }
            let tokens = try await tokens(of: arrivals)
            #expect(Set(tokens).count == 1)
            #expect(backends.sandbox.calls.count == 1)
        }
    }

    @Test func `a refusal is repeated from one exchange, on both nodes`() async throws {
        try await withTwoNodes { backends, first, second in
            let code = try backends.code(for: "blocked")
            let expected = Outcome.failure(10_001, "user_blocked", status: 200, errcode: 40_226)
            for node in [first, second, first] { #expect(try await node.logIn(code).outcome == expected) }
            #expect(backends.sandbox.calls.count == 1)
        }
    }

    @Test func `a client that hung up and comes again gets the login that was under way`() async throws {
        try await withNode { backends, node in
            try backends.sandbox.inject(Fault(.delay, delay: .milliseconds(500)))
            let code = try backends.code()
            let arrivals = backends.sandbox.arrivals()
            let body = #"{"code":"\#(code)"}"#
            let connection = try await RawConnection.connect(port: node.port)
            try await connection.send(
                """
                POST /user/wechatlogin HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                Content-Length: \(body.utf8.count)\r\n\r\n\(body)
                """)
            _ = await arrivals.first { _ in true }
            try await connection.reset()
            #expect(try await node.logIn(code).outcome == .success)
            #expect(backends.sandbox.calls.count == 1)
        }
    }

    @Test func `a failure of WeChat's is told to all who wait, in time, and gives the code back`() async throws {
        try await withNode { backends, node in
            try backends.sandbox.inject(Fault(.hang), count: 2)
            let code = try backends.code()
            let start = ContinuousClock.now
            let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
                for _ in 0..<3 { group.addTask { try await node.logIn(code).outcome } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let timeout = Outcome.failure(10_010, "wechat_unavailable", status: 504)
            #expect(outcomes == [timeout, timeout, timeout])
            #expect(ContinuousClock.now - start < .seconds(8))
            #expect(backends.sandbox.calls.count == 1)
            backends.sandbox.reset()
            #expect(try await node.logIn(try backends.code()).outcome == .success)
        }
    }

    @Test func `the outcome is kept for 30 seconds, under a key that is not the code`() async throws {
        try await withNode { backends, node in
            let code = try backends.code()
            _ = try await node.logIn(code)
            let keys = try await backends.redisKeys("wechat-login:code:*")
            #expect(keys.count == 1)
            let key = try #require(keys.first)
            #expect(!key.contains(code))
            guard case .expires(let rest) = try await backends.redis.timeToLive(key) else {
                Issue.record("the outcome has no end")
                return
            }
            #expect(rest <= .seconds(30) && rest > .seconds(20))
        }
    }

    @Test func `what Redis keeps of an exchange holds no session_key and no secret`() async throws {
        try await withNode([.tokenStyle: "opaque"]) { backends, node in
            let code = try backends.code()
            let token = try await node.logIn(code).token
            for key in try await backends.redisKeys() {
                // The index of sessions is no string; it holds what the session's key ends with.
                let text = key + (key.hasSuffix(":index") ? "" : try await backends.redisValue(key) ?? "")
                for secret in [code, token, Backends.appSecret, Backends.secretKey, "session_key"] {
                    #expect(!text.contains(secret))
                }
            }
        }
    }

    @Test func `an exchange stays on the executor of its request`() async throws {
        try await withBackends { backends in
            let keys = SecretKeys.ephemeral()
            let exchange = SharedCodeExchange(
                upstream: ExecutorWitness(), redis: backends.redis, keys: keys, appID: Backends.appID,
                sessionKeys: SessionKeyStore(redis: backends.redis, secretKeys: keys))
            let code = try #require(LoginCode("c0de"))
            let identity = try await withTaskExecutorPreference(globalConcurrentExecutor) {
                try await exchange.identity(for: code, use: .token(.md5))
            }
            #expect(identity.openID.rawValue == "preferred")
        }
    }

    /// Tells by the identity it gives whether its task prefers an executor.
    private struct ExecutorWitness: CodeExchange {
        func identity(for code: LoginCode, use: CodeUse) async throws(Failure) -> LoginIdentity {
            let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor }
            guard let openID = OpenID(executor == nil ? "none" : "preferred") else { throw .unexpectedReply }
            return LoginIdentity(openID: openID, unionID: nil, loginID: "l", exchangedAt: 0)
        }
    }

    /// Logs in with all codes at once.
    private func tokens(of logins: [(node: TestNode, code: String)]) async throws -> [String] {
        try await withThrowingTaskGroup(of: String.self) { group in
            for (node, code) in logins { group.addTask { try await node.logIn(code).token } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

import KoaTesting
import NIOHTTP1
import RedisClient
import RedisServerFixture
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct RedisOutageTests {
    /// A command's deadline is 500 ms; a login may need two, and the machine is shared.
    private static let bound = Duration.milliseconds(2_000)

    enum Outage: CaseIterable, Sendable {
        case killed
        case hung

        func begin(_ redis: RedisServer) {
            switch self {
            case .killed: redis.kill()
            case .hung: redis.pause()
            }
        }

        func end(_ redis: RedisServer) throws {
            switch self {
            case .killed: try redis.start()
            case .hung: redis.resume()
            }
        }
    }

    @Test(arguments: Outage.allCases)
    func `without Redis nobody is "not logged in", and all is well again with it`(_ outage: Outage) async throws {
        try await withNode(pace: .real) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            outage.begin(backends.redisServer)
            for _ in 0..<2 {
                let code = try backends.code(for: "bob")
                let replies = [
                    try await timed { try await node.logIn(code) },
                    try await timed { try await node.client.me(token) },
                    try await timed { try await node.client.get("/checklogin?token=\(token)") },
                    try await timed { try await node.client.post("/user/logout", headers: ["token": token]) },
                    try await timed { try await node.client.get("/readyz") },
                ]
                for reply in replies { #expect(reply.outcome == .sessionStoreUnavailable, "\(reply.text)") }
            }
            #expect(try await node.client.get("/healthz").outcome == .success)
            #expect(backends.sandbox.calls.count == 1, "WeChat is not asked for what cannot be stored")
            try outage.end(backends.redisServer)
            try await eventually(.success) { try await node.client.get("/readyz") }
            try await eventually(.success) { try await node.logIn(try backends.code()) }
            try await eventually(.success) { try await node.client.me(token) }
        }
    }

    @Test func `a Redis that fails during the exchange fails the login, and no token is told`() async throws {
        try await withNode(pace: .real) { backends, node in
            let code = try backends.code()
            try backends.sandbox.inject(Fault(.delay, delay: .milliseconds(500)))
            let arrivals = backends.sandbox.arrivals()
            async let login = node.logIn(code)
            _ = await arrivals.first { _ in true }
            backends.redisServer.kill()
            #expect(try await login.outcome == .sessionStoreUnavailable)
            try backends.redisServer.start()
            try await eventually(.success) { try await node.logIn(try backends.code()) }
        }
    }

    @Test func `a Redis that lost its data logs everybody out`() async throws {
        try await withNode(pace: .real) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            try backends.redisServer.restart()
            try await eventually(.notLoggedIn) { try await node.client.me(token) }
            #expect(try await node.client.me(token).outcome == .notLoggedIn)
        }
    }

    @Test func `a node starts without Redis, is not ready, and recovers`() async throws {
        try await withBackends { backends in
            backends.redisServer.kill()
            try await withNode(on: backends, pace: .real) { node in
                #expect(try await node.client.get("/readyz").outcome == .sessionStoreUnavailable)
                #expect(try await node.client.get("/healthz").outcome == .success)
                #expect(try await node.logIn(try backends.code()).outcome == .sessionStoreUnavailable)
                try backends.redisServer.start()
                try await eventually(.success) { try await node.client.get("/readyz") }
                try await eventually(.success) { try await node.logIn(try backends.code()) }
            }
        }
    }

    @Test func `a Redis that wants a password is an outage, not a log-out`() async throws {
        try await withNode(pace: .real) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            try await backends.redis.connect()
            _ = try await backends.redis.send(RedisCommand("CONFIG", "SET", "requirepass", "hunter2"))
            _ = try await backends.redis.send(RedisCommand("CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "yes"))
            try await eventually(.sessionStoreUnavailable) { try await node.client.me(token) }
            #expect(try await node.client.me(token).outcome == .sessionStoreUnavailable)
        }
    }

    private func timed(_ request: () async throws -> TestReply) async throws -> TestReply {
        let start = ContinuousClock.now
        let reply = try await request()
        #expect(ContinuousClock.now - start < Self.bound)
        return reply
    }
}

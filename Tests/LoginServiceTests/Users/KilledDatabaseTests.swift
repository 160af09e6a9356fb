import KoaKit
import KoaTesting
import MariaDBFixture
import NIOCore
import PostgreSQLFixture
import RedisClient
import RelationalStore
import Synchronization
import Testing

@testable import LoginService

/// What becomes of users when their database is killed under logins.
@Suite(.timeLimit(.minutes(3)))
struct KilledDatabaseTests {
    enum Server: CaseIterable {
        case mariaDB
        case postgreSQL
    }

    @Test(arguments: Server.allCases)
    func `a database killed under load loses no user and invents none`(_ server: Server) async throws {
        let database = try await OwnDatabase.make(server)
        try await withWeChatByCode { weChat in
            try await withBackends { backends in
                let settings: [Setting: String] = [.databaseURL: database.url, .weChatBaseURL: weChat]
                try await withNode(on: backends, settings) { node in
                    let tally = LoginTally()
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for caller in 0..<8 {
                            group.addTask { try await logIn(until: tally, caller, node, backends) }
                        }
                        try await tally.wait { $0.successes > 60 }
                        try await database.kill()
                        try await tally.wait { $0.failures[.userStoreUnavailable, default: 0] > 20 }
                        try await database.start()
                        let before = tally.successes
                        try await tally.wait { $0.successes > before + 60 }
                        tally.stop()
                        try await group.waitForAll()
                    }
                    #expect(Set(tally.failures.keys) == [.userStoreUnavailable])
                    try await expectSameUsers(database.url, tally)
                }
            }
        }
        try await database.kill()
    }

    /// Logs users in, half of them for the first time, each with a code never sent before.
    private func logIn(until tally: LoginTally, _ caller: Int, _ node: TestNode, _ backends: Backends) async throws {
        var turn = 0
        while !tally.isStopped, !Task.isCancelled {
            turn += 1
            let user = "u\(caller)a\(turn / 2)"
            tally.attempted(user)
            let reply = try await node.logIn("\(user)x\(turn)")
            guard reply.outcome == .success else {
                tally.failed(reply.outcome)
                continue
            }
            let token = try reply.token
            let value = try #require(try await backends.redis.get("session:\(token)"))
            tally.succeeded(user, try #require(Session(json: value)).userID)
        }
    }

    /// Every user who was told an id has it, and nobody else is there.
    private func expectSameUsers(_ url: String, _ tally: LoginTally) async throws {
        let database = try makeDatabase(url: DatabaseURL(url))
        var rows: [String: Int64] = [:]
        for row in try await database.query(SQLStatement("SELECT id, open_id FROM users")) {
            let openID = try row.value("open_id", as: String.self)
            #expect(rows.updateValue(try row.value("id"), forKey: openID) == nil, "two rows of \(openID)")
        }
        await database.shutdown()
        for (user, ids) in tally.ids {
            #expect(ids == [rows["o\(user)"] ?? -1], "\(user)")
        }
        #expect(Set(rows.keys).isSubset(of: Set(tally.users.map { "o\($0)" })))
    }

    /// A WeChat whose openid is what stands before the x of the code.
    private func withWeChatByCode(_ body: (String) async throws -> Void) async throws {
        let app = Application()
        app.use { ctx, _ in
            let user = ctx.request.query["js_code"]?.split(separator: "x").first ?? "nobody"
            ctx.body = .json(["openid": .string("o\(user)"), "session_key": "HyVFkGl5F5OQWJZZaNzBBg=="])
        }
        try await app.withServer { server in try await body("http://127.0.0.1:\(server.port)") }
    }
}

/// A server that one test may kill, and an empty database on it.
private struct OwnDatabase {
    let url: String
    let kill: () async throws -> Void
    let start: () async throws -> Void

    static func make(_ server: KilledDatabaseTests.Server) async throws -> OwnDatabase {
        switch server {
        case .mariaDB:
            let mariaDB = try await MariaDBServer.make()
            return OwnDatabase(
                url: mariaDB.networkURL(database: try await mariaDB.makeDatabase()),
                kill: { try await mariaDB.kill() }, start: { try await mariaDB.start() })
        case .postgreSQL:
            let postgreSQL = try await PostgreSQLServer.make()
            return OwnDatabase(
                url: postgreSQL.networkURL(database: try await postgreSQL.makeDatabase()),
                kill: { await postgreSQL.kill() }, start: { try await postgreSQL.start() })
        }
    }
}

/// What callers did and were told.
private final class LoginTally: Sendable {
    struct Counts {
        var users: Set<String> = []
        var ids: [String: Set<Int64>] = [:]
        var failures: [Outcome: Int] = [:]
        var successes = 0
    }

    private let counts = Mutex(Counts())
    private let stopped = Atomic<Bool>(false)

    var isStopped: Bool { stopped.load(ordering: .relaxed) }
    var users: Set<String> { counts.withLock(\.users) }
    var ids: [String: Set<Int64>] { counts.withLock(\.ids) }
    var failures: [Outcome: Int] { counts.withLock(\.failures) }
    var successes: Int { counts.withLock(\.successes) }

    func stop() { stopped.store(true, ordering: .relaxed) }

    func attempted(_ user: String) { counts.withLock { _ = $0.users.insert(user) } }

    func failed(_ outcome: Outcome) { counts.withLock { $0.failures[outcome, default: 0] += 1 } }

    func succeeded(_ user: String, _ id: Int64) {
        counts.withLock { counts in
            counts.ids[user, default: []].insert(id)
            counts.successes += 1
        }
    }

    /// Waits until so much was counted; the test's time limit bounds it.
    func wait(_ condition: (Counts) -> Bool) async throws {
        while !counts.withLock({ condition($0) }) {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}

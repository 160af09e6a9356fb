import Foundation
import PostgreSQLFixture
import ProcessFixture
import RelationalStore
import Testing

/// A pooler between that gives each transaction another session.
@Suite(
    .timeLimit(.minutes(1)),
    .enabled(
        if: Store.remote.contains(.postgresql) && findProgram("pgbouncer") != nil,
        "PostgreSQL or pgbouncer is not installed, or the driver not built")
)
struct PgBouncerTests {
    @Test func `calls share sessions without noticing, and deadlines still end their statements`() async throws {
        try await withPgBouncer { url in
            let configuration = DatabaseConfiguration.with {
                $0.maximumConnections = 6
                $0.maximumWait = .seconds(10)
            }
            try await withDatabase(at: url + "?pooler=transaction", configuration) { database in
                try await database.execute(SQLStatement(People.create))
                try await withThrowingDiscardingTaskGroup { group in
                    for number in 0..<60 {
                        group.addTask {
                            if number.isMultiple(of: 2) {
                                try await database.execute(People.insert("\(number)", note: "n"))
                            } else {
                                try await database.withTransaction { session in
                                    try session.execute(People.insert("\(number)"))
                                    let find: SQLText = "SELECT id FROM people WHERE name = ?"
                                    let found = try session.query(SQLStatement(find, "\(number)")).count
                                    #expect(found == 1)
                                }
                            }
                        }
                    }
                }
                #expect(try await People.count(in: database) == 60)
                let failure = try await kind {
                    _ = try await database.query(SQLStatement(endless), within: .milliseconds(200))
                }
                #expect(failure == .timeout)
                try await recover {
                    let running = try await number(
                        "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(100)'",
                        in: database)
                    if running != 0 { throw NotYet() }
                }
            }
        }
    }

    /// Gives the URL of an empty database behind a PgBouncer with two sessions.
    private func withPgBouncer(_ body: (String) async throws -> Void) async throws {
        let server = try await SharedPostgreSQL.server()
        let name = try await server.makeDatabase()
        let port = try freePort()
        try await withTemporaryDirectory { directory in
            let file = "\(directory)/pgbouncer.ini"
            try """
            [databases]
            \(name) = host=\(server.directory.path) port=\(server.port) user=postgres
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 2
            """.write(toFile: file, atomically: false, encoding: .utf8)
            let program = try #require(findProgram("pgbouncer"))
            let bouncer = try await ServerProcess.start([program, file], as: "postgres", readyLine: "process up")
            do {
                try await body("postgresql://tester@127.0.0.1:\(port)/\(name)")
                await bouncer.end(with: SIGKILL)
            } catch {
                await bouncer.end(with: SIGKILL)
                throw error
            }
        }
    }
}

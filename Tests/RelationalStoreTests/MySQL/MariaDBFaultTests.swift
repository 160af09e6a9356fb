import MariaDBFixture
import RelationalStore
import Testing

@Suite(
    .timeLimit(.minutes(1)),
    .enabled(if: Store.remote.contains(.mysql), "MariaDB is not installed, or its driver not built")
)
struct MariaDBFaultTests {
    @Test func `a connection that the server ended at rest is replaced before a write`() async throws {
        let server = try await SharedMariaDB.server()
        let name = try await server.makeDatabase()
        let url = server.socketURL(database: name)
        try await withDatabase(at: url, .with { $0.restBeforeValidation = .zero }) { database in
            try await database.execute(SQLStatement(People.create))
            let id = try await number("SELECT CONNECTION_ID()", in: database)
            try await server.administer("KILL CONNECTION \(id)")
            try await database.execute(People.insert("Ada"))
            let other = try await number("SELECT CONNECTION_ID()", in: database)
            #expect(other != id)
        }
    }

    @Test func `a statement whose caller gave up ends on the server too`() async throws {
        let server = try await SharedMariaDB.server()
        let name = try await server.makeDatabase()
        try await withDatabase(at: server.socketURL(database: name), .with { $0.maximumConnections = 1 }) {
            database in
            let mark: SQLText = "SELECT SLEEP(99) AS `given up`"
            let failure = try await kind {
                _ = try await database.query(SQLStatement(mark), within: .milliseconds(200))
            }
            #expect(failure == .timeout)
            // Waits for the only connection, hence for the clean-up.
            let running = try await number(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(99)%'", in: database)
            #expect(running == 0)
        }
    }

    @Test func `a server that is not there fails calls at once`() async throws {
        try await withDatabase(at: "mysql://u:p@127.0.0.1:1/d") { database in
            for _ in 0..<20 {
                let failure = try await kind { try await database.ping() }
                #expect(failure == .unavailable)
            }
        }
    }

    @Test func `verified TLS is refused by a server without it`() async throws {
        let server = try await SharedMariaDB.server()
        let name = try await server.makeDatabase()
        try await withDatabase(at: server.networkURL(database: name) + "?tls=verify") { database in
            let failure = try await kind { try await database.ping() }
            #expect(failure == .unavailable)
        }
    }

    @Test func `a statement that the server does not prepare runs as it is`() async throws {
        try await withDatabase(.mysql, .with { $0.maximumConnections = 1 }) { database in
            try await database.execute(SQLStatement("PREPARE own FROM 'SELECT 1'"))
            try await database.execute(SQLStatement("DEALLOCATE PREPARE own"))
            let failure = try await kind { try await database.execute(SQLStatement("DEALLOCATE PREPARE own")) }
            #expect(failure == .other)
        }
    }

    @Test func `a value that does not fit is refused, not cut`() async throws {
        try await withDatabase(.mysql) { database in
            try await database.execute(SQLStatement(People.create))
            let error = await #expect(throws: SQLError.self) {
                try await database.execute(People.insert(String(repeating: "x", count: 191)))
            }
            #expect(error?.kind == .constraintViolation)
            let text = await #expect(throws: SQLError.self) {
                try await database.execute(SQLStatement("INSERT INTO people (name, height) VALUES ('a', ?)", "s3cret"))
            }
            #expect(text?.kind == .constraintViolation)
            #expect(text?.description.contains("s3cret") == false)
        }
    }

    @Test func `numbers beyond the signed range are refused, dates and decimals are text`() async throws {
        try await withDatabase(.mysql) { database in
            let big = try await kind { _ = try await database.query(SQLStatement("SELECT 18446744073709551615 AS n")) }
            #expect(big == .invalidValue)
            let row = try #require(
                try await database.query(
                    SQLStatement("SELECT 1.50 AS a, DATE '2026-01-31' AS b, CAST(7 AS UNSIGNED) AS c, 1 = 1 AS d")
                ).first)
            #expect(row.values == [.text("1.50"), .text("2026-01-31"), .integer(7), .integer(1)])
        }
    }

    @Test func `shutdown leaves no connection on the server`() async throws {
        let server = try await SharedMariaDB.server()
        let name = try await server.makeDatabase()
        try await withDatabase(at: server.socketURL(database: name)) { database in
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<8 { group.addTask { _ = try await number("SELECT SLEEP(0.05)", in: database) } }
            }
        }
        try await withDatabase(at: server.socketURL(database: name), .with { $0.maximumConnections = 1 }) {
            database in
            try await recover {
                let open = try await number(
                    "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE()", in: database)
                if open != 1 { throw SQLError(.other, message: "\(open) connections") }
            }
        }
    }
}

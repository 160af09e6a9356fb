import PostgreSQLFixture
import RelationalStore
import Testing

/// What only PostgreSQL does.
@Suite(
    .timeLimit(.minutes(1)),
    .enabled(if: Store.remote.contains(.postgresql), "PostgreSQL is not installed, or its driver not built")
)
struct PostgreSQLTests {
    private let one = DatabaseConfiguration.with {
        $0.maximumConnections = 1
        $0.maximumWait = .seconds(10)
    }

    @Test func `a statement that is cancelled ends on the server, and its connection lives on`() async throws {
        try await withDatabase(.postgresql, one) { database in
            let session = try await number("SELECT pg_backend_pid()", in: database)
            for _ in 0..<5 {
                let failure = try await kind {
                    _ = try await database.query(SQLStatement("SELECT pg_sleep(99)"), within: .milliseconds(50))
                }
                #expect(failure == .timeout)
                // Waits for the only connection, hence for the clean-up.
                #expect(try await number("SELECT pg_backend_pid()", in: database) == session)
            }
            let running = try await number(
                "SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(99)%'", in: database)
            #expect(running == 0)
        }
    }

    @Test func `a table that changed under a prepared statement is not noticed`() async throws {
        try await withURL(of: .postgresql) { url in
            try await withDatabase(at: url, one) { database in
                try await database.execute(SQLStatement(People.create))
                try await database.execute(People.insert("Ada"))
                let all: SQLText = "SELECT * FROM people"
                #expect(try await database.query(SQLStatement(all)).first?.columns.count == 5)
                try await withDatabase(at: url) { other in
                    try await other.execute(SQLStatement("ALTER TABLE people ADD COLUMN age BIGINT DEFAULT 7"))
                }
                let row = try #require(try await database.query(SQLStatement(all)).first)
                #expect(try row.value("age", as: Int.self) == 7)
                try await withDatabase(at: url) { other in
                    try await other.execute(SQLStatement("ALTER TABLE people DROP COLUMN age"))
                }
                // Inside a transaction the failure has spoiled it; the next attempt works.
                let read: @Sendable (borrowing SQLSession) throws -> Int = {
                    try $0.query(SQLStatement(all)).first?.columns.count ?? 0
                }
                let failure = try await kind { _ = try await database.withTransaction(read) }
                #expect(failure == .retryTransaction)
                let columns = try await database.withTransaction(read)
                #expect(columns == 5)
            }
        }
    }

    @Test func `a statement that the server forgot is prepared again`() async throws {
        try await withDatabase(.postgresql, one) { database in
            for _ in 0..<2 {
                #expect(try await number("SELECT 40 + 2", in: database) == 42)
                try await database.execute(SQLStatement("DEALLOCATE ALL"))
            }
        }
    }

    @Test func `a statement is prepared once`() async throws {
        try await withDatabase(.postgresql, one) { database in
            for number in 0..<3 { _ = try await database.query(SQLStatement("SELECT ? AS n", number)) }
            for _ in 0..<3 { _ = try await database.query(SQLStatement("SELECT 1")) }
            let names = try await database.query(
                SQLStatement("SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1%'"))
            #expect(names.map(\.values) == [[.text("s1")]])
            let others = try await number(
                "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement = 'SELECT 1'", in: database)
            #expect(others == 1)
        }
    }

    @Test func `evicted statements are released on the server`() async throws {
        try await withDatabase(
            .postgresql,
            .with {
                $0.maximumConnections = 1
                $0.statementCacheCapacity = 2
            }
        ) { database in
            for text in ["SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4"] as [SQLText] {
                _ = try await database.query(SQLStatement(text))
            }
            let count = try await number("SELECT COUNT(*) FROM pg_prepared_statements", in: database)
            // The one that runs, and what had not been released before it was prepared.
            #expect(count <= 3)
        }
    }

    @Test func `behind a pooler of transactions nothing is prepared and nothing is set`() async throws {
        try await withURL(of: .postgresql) { url in
            try await withDatabase(at: url + "&pooler=transaction", one) { database in
                try await database.execute(SQLStatement(People.create))
                for name in ["Ada", "Bob"] { try await database.execute(People.insert(name, note: "n")) }
                #expect(try await number("SELECT COUNT(*) FROM pg_prepared_statements", in: database) == 0)
                let row = try await database.query(SQLStatement("SHOW lock_timeout")).first
                #expect(row?.values == [.text("0")])
                let found = try await database.query(SQLStatement("SELECT note FROM people WHERE name = ?", "Bob"))
                #expect(found.map(\.values) == [[.text("n")]])
            }
        }
    }

    @Test func `a session has limits of its own, and knows its place in time`() async throws {
        let configuration = DatabaseConfiguration.with {
            $0.maximumConnections = 1
            $0.lockTimeout = .milliseconds(1500)
            $0.serverSilence = .seconds(7)
        }
        try await withDatabase(.postgresql, configuration) { database in
            let settings: [(SQLText, String)] = [
                ("SHOW lock_timeout", "1500ms"), ("SHOW statement_timeout", "7s"),
                ("SHOW idle_in_transaction_session_timeout", "7s"), ("SHOW TimeZone", "UTC"),
                ("SHOW default_transaction_isolation", "read committed"), ("SHOW client_encoding", "UTF8"),
            ]
            for (text, value) in settings {
                let row = try await database.query(SQLStatement(text)).first
                #expect(row?.values == [.text(value)])
            }
        }
    }

    @Test func `types without a counterpart arrive as text, and text becomes them`() async throws {
        try await withDatabase(.postgresql) { database in
            let create: SQLText =
                "CREATE TABLE t (a NUMERIC, b TIMESTAMPTZ, c UUID, d JSONB, e BOOLEAN, f SMALLINT, g REAL)"
            try await database.execute(SQLStatement(create))
            try await database.execute(
                SQLStatement(
                    "INSERT INTO t VALUES (?, ?, ?, ?, ? <> 0, ?, ?)", "12345678901234567890.5", "2026-01-31 12:00+08",
                    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", #"{"a": [1]}"#, true, 7, 1.5))
            let row = try #require(try await database.query(SQLStatement("SELECT * FROM t")).first)
            #expect(
                row.values == [
                    .text("12345678901234567890.5"), .text("2026-01-31 04:00:00+00"),
                    .text("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), .text(#"{"a": [1]}"#), .integer(1), .integer(7),
                    .double(1.5),
                ])
        }
    }

    @Test func `a value that does not fit is refused without being repeated`() async throws {
        try await withDatabase(.postgresql) { database in
            try await database.execute(SQLStatement(People.create))
            let error = await #expect(throws: SQLError.self) {
                try await database.execute(SQLStatement("INSERT INTO people (name, height) VALUES ('a', ?)", "s3cret"))
            }
            #expect(error?.kind == .constraintViolation)
            #expect(error?.description.contains("s3cret") == false)
        }
    }

    @Test func `a stream of rows to the client is refused, and the pool goes on`() async throws {
        try await withDatabase(.postgresql, one) { database in
            let failure = try await kind { try await database.execute(SQLStatement("COPY (SELECT 1) TO STDOUT")) }
            #expect(failure == .invalidStatement)
            #expect(try await number("SELECT 1", in: database) == 1)
        }
    }

    @Test func `a session that the administrator ends is replaced`() async throws {
        try await withURL(of: .postgresql) { url in
            try await withDatabase(at: url, .with { $0.restBeforeValidation = .seconds(60) }) { database in
                try await database.execute(SQLStatement(People.create))
                let session = try await number("SELECT pg_backend_pid()", in: database)
                let server = try await SharedPostgreSQL.server()
                try await server.administer("SELECT pg_terminate_backend(\(session), 5000)")
                try await database.execute(People.insert("Ada"))
                #expect(try await People.count(in: database) == 1)
            }
        }
    }

    @Test func `of several servers the writable one is found, and found again after it moved`() async throws {
        try await withPostgreSQLServer { one in
            try await withPostgreSQLServer { two in
                let name = "test_failover"
                for server in [one, two] {
                    try await server.administer("CREATE DATABASE \(name) OWNER \(PostgreSQLServer.user)")
                }
                let user = "\(PostgreSQLServer.user):\(PostgreSQLServer.encodedPassword)"
                let url = "postgresql://\(user)@127.0.0.1:1,127.0.0.1:\(one.port),127.0.0.1:\(two.port)/\(name)"
                await one.stop()
                try await one.start(readOnly: true)
                try await withDatabase(at: url) { database in
                    #expect(try await number("SELECT inet_server_port()", in: database) == two.port)
                    await two.stop()
                    let failure = try await kind { try await database.ping() }
                    #expect(failure == .unavailable)
                    await one.stop()
                    try await one.start()
                    try await recover { try await database.execute(SQLStatement(People.create)) }
                    #expect(try await number("SELECT inet_server_port()", in: database) == one.port)
                }
            }
        }
    }

    @Test func `shutdown leaves no connection on the server`() async throws {
        try await withURL(of: .postgresql) { url in
            try await withDatabase(at: url) { database in
                try await withThrowingDiscardingTaskGroup { group in
                    for _ in 0..<8 {
                        group.addTask { _ = try await number("SELECT 1 FROM pg_sleep(0.05)", in: database) }
                    }
                }
            }
            try await withDatabase(at: url, one) { database in
                try await recover {
                    let open = try await number(
                        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()", in: database)
                    if open != 1 { throw NotYet() }
                }
            }
        }
    }
}

import MariaDBFixture
import ProcessFixture
import RelationalStore
import Testing

@Suite(
    .timeLimit(.minutes(1)),
    .enabled(if: MariaDBServer.isAvailable || Servers.areRequired, "MariaDB is not installed")
)
struct MariaDBFaultTests {
    @Test func `a server that crashes loses connections, and the pool recovers once it is back`() async throws {
        let server = try await MariaDBServer.make()
        let name = try await server.makeDatabase()
        let url = server.networkURL(database: name)
        try await withDatabase(at: url, .with { $0.restBeforeValidation = .seconds(60) }) { database in
            try await database.execute(SQLStatement(People.create))
            try await server.kill()
            // The dead connection is seen before anything is sent on it.
            let lost = await #expect(throws: SQLError.self) { try await database.execute(People.insert("Ada")) }
            #expect(lost?.kind == .unavailable)
            #expect(lost?.isSafeToRetry == true)
            let clock = ContinuousClock()
            let elapsed = try await clock.measure {
                let down = try await kind { try await database.ping() }
                #expect(down == .unavailable)
            }
            #expect(elapsed < .seconds(2))
            try await server.start()
            try await recover { try await database.execute(People.insert("Ada")) }
            #expect(try await People.count(in: database) == 1)
        }
        try await server.kill()
    }

    @Test func `a query sent to a server that has restarted is answered`() async throws {
        let server = try await MariaDBServer.make()
        let name = try await server.makeDatabase()
        try await withDatabase(at: server.socketURL(database: name)) { database in
            try await database.execute(SQLStatement(People.create))
            try await server.kill()
            try await server.start()
            #expect(try await People.count(in: database) == 0)
        }
        try await server.kill()
    }

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

    @Test func `a refused password is named, not shown`() async throws {
        let server = try await SharedMariaDB.server()
        let url = "mysql://\(MariaDBServer.user):wr0ngsecret@127.0.0.1:\(server.port)/test"
        try await withDatabase(at: url) { database in
            let error = await #expect(throws: SQLError.self) { try await database.ping() }
            #expect(error?.kind == .accessDenied)
            #expect(error.map { "\($0)" }?.contains("wr0ngsecret") == false)
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

    @Test func `a deadlock is to be run again, and only one side is`() async throws {
        try await withDatabase(.mysql) { database in
            try await database.execute(SQLStatement(People.create))
            for name in ["Ada", "Bob"] { try await database.execute(People.insert(name)) }
            let gates = [Gate(), Gate()]
            let kinds = try await withThrowingTaskGroup(of: SQLError.Kind?.self) { group in
                for (mine, other) in [(0, 1), (1, 0)] {
                    group.addTask {
                        try await kind {
                            try await database.withTransaction { session in
                                let update: SQLText = "UPDATE people SET note = 'x' WHERE id = ?"
                                try session.execute(SQLStatement(update, mine + 1))
                                gates[mine].open()
                                gates[other].wait()
                                try session.execute(SQLStatement(update, other + 1))
                            }
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(kinds.compactMap { $0 } == [.retryTransaction])
        }
    }

    @Test func `a lock held by another transaction is busy within the lock timeout`() async throws {
        try await withDatabase(.mysql, .with { $0.lockTimeout = .seconds(1) }) { database in
            try await database.execute(SQLStatement(People.create))
            try await database.execute(People.insert("Ada"))
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let gate = Gate()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await database.withTransaction(within: .seconds(20)) { session in
                        try session.execute(SQLStatement("UPDATE people SET note = 'x'"))
                        start.finish()
                        gate.wait()
                    }
                }
                for await _ in started {}
                let failure = try await kind {
                    try await database.execute(SQLStatement("UPDATE people SET note = 'y'"))
                }
                #expect(failure == .busy)
                gate.open()
                try await group.waitForAll()
            }
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

    /// Repeats what may fail while a server comes back, for five seconds at most.
    private func recover(_ body: () async throws -> Void) async throws {
        let deadline = ContinuousClock.now + .seconds(5)
        while true {
            do {
                return try await body()
            } catch  where ContinuousClock.now < deadline {
                await Task.yield()
            }
        }
    }
}

import RelationalStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TransactionTests {
    private struct Refusal: Error {}

    @Test(arguments: Store.available)
    func `a transaction that returns is committed`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            let id = try await database.withTransaction { session in
                try session.execute(People.insert("Ada"))
                return try session.execute(People.insert("Bob")).lastInsertID
            }
            #expect(id == 2)
            #expect(try await People.count(in: database) == 2)
        }
    }

    @Test(arguments: Store.available)
    func `a transaction that throws is rolled back and its error comes through`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            await #expect(throws: Refusal.self) {
                try await database.withTransaction { session in
                    try session.execute(People.insert("Ada"))
                    throw Refusal()
                }
            }
            #expect(try await People.count(in: database) == 0)
        }
    }

    @Test(arguments: Store.available)
    func `an error of a statement rolls the whole transaction back`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            let failure = try await kind {
                try await database.withTransaction { session in
                    try session.execute(People.insert("Ada"))
                    try session.execute(People.insert("Ada"))
                }
            }
            #expect(failure == .uniqueViolation)
            #expect(try await People.count(in: database) == 0)
        }
    }

    @Test(arguments: Store.available)
    func `a swallowed failure is either harmless, or the end of the transaction and told so`(
        in store: Store
    ) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            let (errors, noted) = AsyncStream.makeStream(of: SQLError.self)
            let failure = try await kind {
                try await database.withTransaction { session in
                    try session.execute(People.insert("Ada"))
                    _ = try? session.execute(People.insert("Ada"))
                    do throws(SQLError) {
                        try session.execute(People.insert("Bob"))
                    } catch {
                        noted.yield(error)
                    }
                }
            }
            noted.finish()
            let kinds = await errors.reduce(into: []) { $0.append($1.kind) }
            let isStrict = store == .postgresql
            #expect(failure == (isStrict ? .transactionAborted : nil))
            #expect(kinds == (isStrict ? [.transactionAborted] : []))
            #expect(try await People.count(in: database) == (isStrict ? 0 : 2))
        }
    }

    @Test(arguments: Store.available)
    func `a transaction goes on after rolling back to a savepoint`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            try await database.withTransaction { session in
                try session.execute(People.insert("Ada"))
                try session.execute(SQLStatement("SAVEPOINT earlier"))
                _ = try? session.execute(People.insert("Ada"))
                try session.execute(SQLStatement("ROLLBACK TO SAVEPOINT earlier"))
                try session.execute(People.insert("Bob"))
            }
            #expect(try await People.count(in: database) == 2)
        }
    }

    @Test(arguments: Store.available, ["BEGIN", "commit", "ROLLBACK", "START TRANSACTION"] as [SQLText])
    func `a transaction cannot be begun or ended from inside`(in store: Store, text: SQLText) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            let failure = try await kind {
                try await database.withTransaction { session in
                    try session.execute(People.insert("Ada"))
                    try session.execute(SQLStatement(text))
                }
            }
            #expect(failure == .invalidStatement)
            #expect(try await People.count(in: database) == 0)
            // On its own such a statement would do nothing, or leave a transaction behind.
            let alone = try await kind { try await database.execute(SQLStatement(text)) }
            #expect(alone == .invalidStatement)
        }
    }

    @Test(arguments: Store.shared)
    func `nobody sees a transaction before its commit`(in store: Store) async throws {
        try await withURL(of: store) { url in
            try await withDatabase(at: url) { first in
                try await first.execute(SQLStatement(People.create))
                let (started, start) = AsyncStream.makeStream(of: Void.self)
                let gate = Gate()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await first.withTransaction { session in
                            try session.execute(People.insert("Ada"))
                            start.finish()
                            gate.wait()
                        }
                    }
                    for await _ in started {}
                    try await withDatabase(at: url) { second in
                        #expect(try await People.count(in: second) == 0)
                        gate.open()
                        try await group.waitForAll()
                        #expect(try await People.count(in: second) == 1)
                    }
                }
            }
        }
    }

    @Test(arguments: Store.shared)
    func `parallel transactions of two pools that read and write lose no update`(in store: Store) async throws {
        try await withURL(of: store) { url in
            try await withDatabase(at: url, .with { $0.maximumWait = .seconds(5) }) { first in
                try await withDatabase(at: url, .with { $0.maximumWait = .seconds(5) }) { second in
                    try await first.execute(SQLStatement("CREATE TABLE counters (n BIGINT NOT NULL)"))
                    try await first.execute(SQLStatement("INSERT INTO counters (n) VALUES (0)"))
                    let lock = SQLText(
                        sqlite: "SELECT n FROM counters", mysql: "SELECT n FROM counters FOR UPDATE",
                        postgresql: "SELECT n FROM counters FOR UPDATE")
                    try await withThrowingDiscardingTaskGroup { group in
                        for index in 0..<40 {
                            let database = index.isMultiple(of: 2) ? first : second
                            group.addTask {
                                try await database.withTransaction { session in
                                    let n = try session.query(SQLStatement(lock))[0].value("n", as: Int.self)
                                    try session.execute(SQLStatement("UPDATE counters SET n = ?", n + 1))
                                }
                            }
                        }
                    }
                    let total = try await number("SELECT n FROM counters", in: first)
                    #expect(total == 40)
                }
            }
        }
    }

    @Test(arguments: Store.available)
    func `a transaction left open on a connection is rolled back before others get it`(in store: Store) async throws {
        try await withDatabase(store, .with { $0.maximumConnections = 1 }) { database in
            try await database.execute(SQLStatement(People.create))
            try await database.withConnection(within: .seconds(5)) { session in
                try session.execute(SQLStatement("BEGIN"))
                try session.execute(People.insert("Ada"))
            }
            #expect(try await People.count(in: database) == 0)
            try await database.withTransaction { try $0.execute(People.insert("Bob")) }
            #expect(try await People.count(in: database) == 1)
        }
    }
}

import RelationalStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LockTests {
    private static let update: SQLText = "UPDATE people SET note = 'x' WHERE id = ?"

    /// Two transactions that each change a row and then the other's.
    ///
    /// - Parameters:
    ///   - database: Gets a table with two people.
    ///   - second: Makes the second change of a transaction, by whatever its number is.
    /// - Returns: The errors of those that failed.
    /// - Throws: What is no failure of a transaction.
    private func deadlock(
        in database: any RelationalDatabase,
        _ second: @escaping @Sendable (borrowing SQLSession, _ mine: Int, SQLStatement) throws -> Void
    ) async throws -> [SQLError] {
        try await database.execute(SQLStatement(People.create))
        for name in ["Ada", "Bob"] { try await database.execute(People.insert(name)) }
        let gates = [Gate(), Gate()]
        return try await withThrowingTaskGroup(of: SQLError?.self) { group in
            for (mine, other) in [(0, 1), (1, 0)] {
                group.addTask {
                    do {
                        try await database.withTransaction(within: .seconds(20)) { session in
                            try session.execute(SQLStatement(Self.update, mine + 1))
                            gates[mine].open()
                            gates[other].wait()
                            try second(session, mine, SQLStatement(Self.update, other + 1))
                        }
                        return nil
                    } catch let error as SQLError {
                        return error
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }.compactMap { $0 }
    }

    @Test(.enabled(if: !Store.remote.isEmpty, "no database server is installed"), arguments: Store.remote)
    func `a deadlock is to be run again, and only one side is`(store: Store) async throws {
        try await withDatabase(store) { database in
            let errors = try await deadlock(in: database) { session, _, change in try session.execute(change) }
            #expect(errors.map(\.kind) == [.retryTransaction])
            #expect(errors.first?.isSafeToRetry == true)
        }
    }

    @Test(.enabled(if: !Store.remote.isEmpty, "no database server is installed"), arguments: Store.remote)
    func `a deadlock that a body passes over ends its transaction all the same`(store: Store) async throws {
        try await withDatabase(store) { database in
            let errors = try await deadlock(in: database) { session, mine, change in
                _ = try? session.execute(change)
                _ = try? session.execute(People.insert("after \(mine)"))
            }
            #expect(errors.count == 1)
            // What came after the deadlock is not there by itself either.
            let after: SQLText = "SELECT name FROM people WHERE name LIKE 'after %'"
            #expect(try await database.query(SQLStatement(after)).count == 1)
        }
    }

    @Test(arguments: Store.shared)
    func `a lock held by another transaction is busy within the lock timeout`(store: Store) async throws {
        try await withURL(of: store) { url in
            try await withDatabase(at: url, .with { $0.lockTimeout = .seconds(1) }) { database in
                try await database.execute(SQLStatement(People.create))
                try await database.execute(People.insert("Ada"))
                try await whileLocked(url) {
                    let clock = ContinuousClock()
                    var error: SQLError?
                    let elapsed = await clock.measure {
                        error = await #expect(throws: SQLError.self) {
                            try await database.execute(SQLStatement(Self.update, 1), within: .seconds(10))
                        }
                    }
                    #expect(error?.kind == .busy)
                    #expect(error?.isSafeToRetry == true)
                    #expect(elapsed >= .milliseconds(900) && elapsed < .seconds(4))
                }
                try await database.execute(SQLStatement(Self.update, 1))
            }
        }
    }

    @Test(arguments: Store.shared)
    func `a deadline that passes in a wait for a lock ends the wait on the server too`(store: Store) async throws {
        try await withURL(of: store) { url in
            let patient = DatabaseConfiguration.with {
                $0.maximumConnections = 1
                $0.lockTimeout = .seconds(20)
            }
            try await withDatabase(at: url, patient) { database in
                try await database.execute(SQLStatement(People.create))
                try await database.execute(People.insert("Ada"))
                try await whileLocked(url) {
                    let failure = try await kind {
                        try await database.execute(SQLStatement(Self.update, 1), within: .milliseconds(300))
                    }
                    // SQLite's own wait ends just before.
                    #expect(failure == .timeout || failure == .busy)
                    // The only connection is free for what needs no lock.
                    try await database.withConnection(within: .seconds(5)) { session in
                        _ = try session.query(SQLStatement("SELECT 1"))
                    }
                }
            }
        }
    }

    /// Runs a body while another pool, as another process would, holds the lock of the first row.
    private func whileLocked(_ url: String, _ body: () async throws -> Void) async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withDatabase(at: url) { other in
                    try await other.withTransaction(within: .seconds(20)) { session in
                        try session.execute(SQLStatement(Self.update, 1))
                        start.finish()
                        gate.wait()
                    }
                }
            }
            for await _ in started {}
            defer { gate.open() }
            try await body()
        }
    }

    @Test(arguments: Store.shared.filter { $0 != .mysql })
    func `a transaction whose snapshot is stale is to be run again`(store: Store) async throws {
        try await withURL(of: store) { url in
            try await withDatabase(at: url) { database in
                try await database.execute(SQLStatement(People.create))
                try await database.execute(People.insert("Ada"))
                let (started, start) = AsyncStream.makeStream(of: Void.self)
                let gate = Gate()
                let begin = SQLText(
                    sqlite: "BEGIN DEFERRED", mysql: "",
                    postgresql: "BEGIN ISOLATION LEVEL REPEATABLE READ")
                try await withThrowingTaskGroup(of: SQLError?.self) { group in
                    group.addTask {
                        await #expect(throws: SQLError.self) {
                            try await database.withConnection(within: .seconds(20)) { session in
                                try session.execute(SQLStatement(begin))
                                _ = try session.query(SQLStatement("SELECT * FROM people"))
                                start.finish()
                                gate.wait()
                                try session.execute(SQLStatement(Self.update, 1))
                            }
                        }
                    }
                    for await _ in started {}
                    try await withDatabase(at: url) { other in
                        try await other.execute(SQLStatement("UPDATE people SET note = 'y'"))
                    }
                    gate.open()
                    let error = try await group.next() ?? nil
                    #expect(error?.kind == .retryTransaction)
                    #expect(error?.isSafeToRetry == true)
                }
            }
        }
    }
}

import RelationalStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DeadlineTests {
    /// One connection, for which callers wait longer than a loaded machine needs to clean up after a caller.
    private let one = DatabaseConfiguration.with {
        $0.maximumConnections = 1
        $0.maximumWait = .seconds(10)
        $0.deadline = .seconds(20)
    }

    @Test(arguments: Store.available)
    func `a query that runs too long fails at its deadline and frees its connection`(in store: Store) async throws {
        try await withDatabase(store, one) { database in
            try await database.ping()
            let clock = ContinuousClock()
            var error: SQLError?
            let elapsed = await clock.measure {
                error = await #expect(throws: SQLError.self) {
                    try await database.query(SQLStatement(endless), within: .milliseconds(300))
                }
            }
            #expect(error?.kind == .timeout)
            #expect(error?.isAmbiguous == false)
            #expect(elapsed >= .milliseconds(290) && elapsed < .seconds(2))
            // The only connection works again.
            let one = try await number("SELECT 1", in: database)
            #expect(one == 1)
        }
    }

    @Test(arguments: Store.available)
    func `a cancelled caller gets its error at once and the work stops`(in store: Store) async throws {
        try await withDatabase(store, one) { database in
            try await database.ping()
            let clock = ContinuousClock()
            let started = clock.now
            let failure = try await withThrowingTaskGroup(of: SQLError.Kind?.self) { group in
                group.addTask {
                    try await kind { _ = try await database.query(SQLStatement(endless), within: .seconds(30)) }
                }
                group.cancelAll()
                return try await group.next() ?? nil
            }
            #expect(failure == .cancelled)
            let one = try await number("SELECT 1", in: database)
            #expect(one == 1)
            #expect(clock.now - started < .seconds(5))
        }
    }

    @Test(arguments: Store.available)
    func `cancelling in the middle of a transaction rolls it back`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let failure = try await withThrowingTaskGroup(of: SQLError.Kind?.self) { group in
                group.addTask {
                    try await kind {
                        try await database.withTransaction(within: .seconds(30)) { session in
                            try session.execute(People.insert("Ada"))
                            start.finish()
                            _ = try session.query(SQLStatement(endless))
                        }
                    }
                }
                for await _ in started {}
                group.cancelAll()
                return try await group.next() ?? nil
            }
            #expect(failure == .cancelled)
            // The key is free again as soon as the server noticed.
            try await database.execute(People.insert("Ada"))
            #expect(try await People.count(in: database) == 1)
        }
    }

    @Test(arguments: Store.available)
    func `a call of a cancelled task does nothing`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            let failure = try await withThrowingTaskGroup(of: SQLError.Kind?.self) { group in
                group.cancelAll()
                group.addTask { try await kind { try await database.execute(People.insert("Ada")) } }
                return try await group.next() ?? nil
            }
            #expect(failure == .cancelled)
            #expect(try await People.count(in: database) == 0)
        }
    }

    @Test(arguments: Store.available)
    func `callers cancelled at random never get another caller's answer`(in store: Store) async throws {
        try await withDatabase(store, .with { $0.maximumWaiting = 2000 }) { database in
            try await withThrowingDiscardingTaskGroup { group in
                for number in 0..<500 {
                    group.addTask {
                        let asking = Task { try await database.query(SQLStatement("SELECT ? AS n", number)) }
                        if number.isMultiple(of: 3) { asking.cancel() }
                        do {
                            let rows = try await asking.value
                            let answer = try rows[0].value("n", as: Int.self)
                            #expect(answer == number)
                        } catch let error as SQLError {
                            #expect(error.kind == .cancelled || error.kind == .overloaded)
                        }
                    }
                }
            }
        }
    }
}

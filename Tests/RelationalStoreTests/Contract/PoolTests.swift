import RelationalStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PoolTests {
    /// Runs a body while the only writing connection is taken.
    private func withBusyConnection(
        of database: any RelationalDatabase, _ body: () async throws -> Void
    ) async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await database.withConnection(within: .seconds(20)) { _ in
                    start.finish()
                    gate.wait()
                }
            }
            for await _ in started {}
            try await body()
            gate.open()
            try await group.waitForAll()
        }
    }

    private let small = DatabaseConfiguration.with {
        $0.maximumConnections = 1
        $0.maximumWaiting = 1
        $0.maximumWait = .milliseconds(200)
    }

    @Test(arguments: Store.available)
    func `a caller that finds no connection within the wait is told of overload`(in store: Store) async throws {
        try await withDatabase(store, small) { database in
            try await database.execute(SQLStatement(People.create))
            try await withBusyConnection(of: database) {
                let clock = ContinuousClock()
                var error: SQLError?
                let elapsed = await clock.measure {
                    error = await #expect(throws: SQLError.self) { try await database.execute(People.insert("Ada")) }
                }
                #expect(error?.kind == .overloaded)
                #expect(error?.isSafeToRetry == true)
                #expect(elapsed >= .milliseconds(190) && elapsed < .seconds(2))
            }
            #expect(try await People.count(in: database) == 0)
            try await database.execute(People.insert("Ada"))
        }
    }

    @Test(arguments: Store.available)
    func `a caller that finds the queue full is told at once`(in store: Store) async throws {
        var tiny = small
        tiny.maximumWaiting = 0
        try await withDatabase(store, tiny) { database in
            try await database.execute(SQLStatement(People.create))
            try await withBusyConnection(of: database) {
                let error = await #expect(throws: SQLError.self) { try await database.execute(People.insert("Ada")) }
                #expect(error?.message == "too many calls wait for a connection")
            }
        }
    }

    @Test(arguments: Store.available)
    func `a deadline shorter than the wait shows as a timeout`(in store: Store) async throws {
        try await withDatabase(store, small) { database in
            try await database.execute(SQLStatement(People.create))
            try await withBusyConnection(of: database) {
                let error = await #expect(throws: SQLError.self) {
                    try await database.execute(People.insert("Ada"), within: .milliseconds(50))
                }
                #expect(error?.kind == .timeout)
                #expect(error?.isAmbiguous == false)
            }
        }
    }

    @Test(arguments: Store.available)
    func `shutdown refuses callers, lets running work end and waits for it`(in store: Store) async throws {
        try await withURL(of: store) { url in
            let database = try makeDatabase(url: DatabaseURL(url))
            try await database.execute(SQLStatement(People.create))
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let gate = Gate()
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await database.withTransaction { session in
                        start.finish()
                        gate.wait()
                        return try session.execute(People.insert("Ada")).changes == 1
                    }
                }
                for await _ in started {}
                group.addTask {
                    await database.shutdown()
                    return true
                }
                // The refusal proves that the shutdown has begun.
                while try await kind(of: {
                    _ = try await database.query(SQLStatement("SELECT 1"), within: .milliseconds(50))
                })
                    != .shutdown
                {}
                gate.open()
                for try await succeeded in group { #expect(succeeded) }
            }
            await database.shutdown()
            let failure = try await kind { try await database.ping() }
            #expect(failure == .shutdown)
        }
    }
}

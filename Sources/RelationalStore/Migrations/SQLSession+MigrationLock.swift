extension SQLSession {
    /// Runs a closure while no other migrator runs one on the same database.
    ///
    /// - Parameters:
    ///   - limit: When to stop waiting for the lock.
    ///   - body: What to do under the lock.
    /// - Returns: What the closure returned.
    /// - Throws: ``SQLError`` `.busy` if the lock stayed taken, or what the closure threw.
    borrowing func withMigrationLock<Value>(
        until limit: ContinuousClock.Instant, _ body: (borrowing SQLSession) throws(SQLError) -> Value
    ) throws(SQLError) -> Value {
        if dialect == .mysql {
            try takeNamedLock(until: limit)
            // If this fails the connection is lost, and the server releases the lock with it.
            defer { _ = try? query(SQLStatement("SELECT RELEASE_LOCK(CONCAT('migrations ', LEFT(DATABASE(), 50)))")) }
            return try body(self)
        }
        // Here the lock ends with the transaction, which is rolled back with the connection if the closure throws.
        if dialect == .postgresql {
            try execute(SQLStatement("BEGIN"))
            // Waits as long as the session's lock timeout allows. The key's first half is ours: "migr" in ASCII.
            _ = try query(SQLStatement("SELECT pg_advisory_xact_lock(1835624306, 0)"))
        } else {
            try execute(SQLStatement("BEGIN IMMEDIATE"))
        }
        let value = try body(self)
        try execute(SQLStatement("COMMIT"))
        return value
    }

    /// Asks for the lock for a second at a time, so that the server never stays silent for long.
    private borrowing func takeNamedLock(until limit: ContinuousClock.Instant) throws(SQLError) {
        repeat {
            let ask = SQLStatement("SELECT GET_LOCK(CONCAT('migrations ', LEFT(DATABASE(), 50)), 1) AS taken")
            if try query(ask).first?.value("taken", as: Int?.self) == 1 { return }
        } while ContinuousClock.now < limit
        throw SQLError(.busy, message: "other migrators held the lock", isSafeToRetry: true)
    }
}

import RelationalStore

extension Backends {
    /// Holds SQLite's write lock while `body` runs.
    func whileLocked<Value>(_ body: () async throws -> Value) async throws -> Value {
        let database = try makeDatabase(url: DatabaseURL(databaseURL))
        let (isLocked, locked) = AsyncStream.makeStream(of: Void.self)
        let gate = Gate()
        async let lock: Void = database.withTransaction(within: .seconds(60)) { session in
            _ = try session.execute(SQLStatement("UPDATE users SET credit = credit"))
            locked.yield()
            gate.wait()
        }
        _ = await isLocked.first { _ in true }
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        gate.open()
        try await lock
        await database.shutdown()
        return try outcome.get()
    }
}

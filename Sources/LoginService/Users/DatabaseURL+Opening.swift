import RelationalStore

extension DatabaseURL {
    /// Opens the database while `body` runs, for a command.
    ///
    /// - Throws: ``ConfigurationError`` when the URL cannot be used; what `body` throws.
    func opened<Value>(_ body: (any RelationalDatabase) async throws -> Value) async throws -> Value {
        let database: any RelationalDatabase
        do { database = try makeDatabase(url: self) } catch {
            throw ConfigurationError(.databaseURL, error.message)
        }
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(database)) } catch { outcome = .failure(error) }
        await database.shutdown()
        return try outcome.get()
    }
}

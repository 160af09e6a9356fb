import Logging
import RelationalStore

/// Brings the schema up to date before a node serves, and waits a while for a database that is still starting.
struct DatabasePreparation {
    let database: any RelationalDatabase
    /// Whether to migrate; otherwise a schema that is behind stops the start.
    let mayMigrate: Bool
    let logger: Logger
    private let patience = Duration.seconds(30)

    init(database: any RelationalDatabase, mayMigrate: Bool, logger: Logger) {
        self.database = database
        self.mayMigrate = mayMigrate
        self.logger = logger
    }

    /// - Returns: The versions that were applied.
    /// - Throws: ``ConfigurationError`` when the database cannot be used, or did not answer for 30 s;
    ///   `CancellationError` when the task was cancelled before.
    func run() async throws -> [Int] {
        let migrator = try Migrator(UserMigrations.all)
        let deadline = ContinuousClock.now + patience
        while true {
            do {
                return try await prepare(with: migrator)
            } catch {
                try Task.checkCancellation()
                guard mayPass(error.kind), ContinuousClock.now < deadline else {
                    throw ConfigurationError(.databaseURL, "the database cannot be used: \(error)")
                }
                logger.warning("the database does not answer yet", metadata: ["cause": "\(error)"])
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func prepare(with migrator: Migrator) async throws(SQLError) -> [Int] {
        guard !mayMigrate else {
            let applied = try await migrator.apply(to: database)
            if !applied.isEmpty { logger.notice("the database was migrated", metadata: ["versions": "\(applied)"]) }
            return applied
        }
        let pending = try await migrator.pending(in: database)
        guard pending.isEmpty else {
            throw SQLError(
                .migrationMismatch,
                message: "it lacks the migrations \(pending): run `wechat-login migrate`, or set MIGRATE_AT_START=true")
        }
        return []
    }

    private func mayPass(_ kind: SQLError.Kind) -> Bool {
        // A server that nobody reaches may be starting; a file that cannot be opened stays so.
        if kind == .unavailable { return database.dialect != .sqlite }
        return [.busy, .retryTransaction, .connectionLost, .overloaded, .timeout].contains(kind)
    }
}

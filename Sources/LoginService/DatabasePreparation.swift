import Logging
import RelationalStore

/// Brings the schema up to date before a node serves, and waits a while for a database that is still starting.
struct DatabasePreparation {
    let database: any RelationalDatabase
    let logger: Logger
    private let patience = Duration.seconds(30)

    init(database: any RelationalDatabase, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// - Throws: ``ConfigurationError`` when the database cannot be used, or did not answer for 30 s;
    ///   `CancellationError` when the task was cancelled before.
    func run() async throws {
        let migrator = try Migrator(UserMigrations.all)
        let deadline = ContinuousClock.now + patience
        while true {
            do {
                try await migrator.apply(to: database)
                return
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

    private func mayPass(_ kind: SQLError.Kind) -> Bool {
        // A server that nobody reaches may be starting; a file that cannot be opened stays so.
        if kind == .unavailable { return database.dialect != .sqlite }
        return [.busy, .retryTransaction, .connectionLost, .overloaded, .timeout].contains(kind)
    }
}

public import Logging
public import RelationalStore

/// Work on the database that a command does and a node does not: migrating it, importing users.
public struct DatabaseTasks: Sendable {
    private let database: DatabaseURL
    private let logger: Logger

    /// Reads the settings that the work needs; nothing is opened.
    ///
    /// - Parameters:
    ///   - flags: What the command line said.
    ///   - environment: The environment variables.
    ///   - file: A JSON file with settings.
    ///   - logger: Told of what takes long.
    /// - Throws: ``ConfigurationError`` that names the setting.
    public init(
        flags: [Setting: String] = [:], environment: [String: String], file: String? = nil, logger: Logger
    ) async throws(ConfigurationError) {
        let settings = try await SettingsReader(flags: flags, environment: environment, file: file)
        database = try ServiceConfiguration.database(settings)
        self.logger = logger
    }

    /// Brings the schema up to date, waiting up to 30 s for a database that is still starting.
    ///
    /// - Returns: The versions that were applied; none when it was up to date.
    /// - Throws: ``ConfigurationError`` when the database cannot be used.
    public func migrate() async throws -> [Int] {
        try await database.opened { database in
            try await DatabasePreparation(database: database, mayMigrate: true, logger: logger).run()
        }
    }

    /// Copies the users of a sir-koa database, keeping their ids.
    ///
    /// - Parameters:
    ///   - source: Where its table `user` is; it is only read.
    ///   - appID: The mini program that the openids belong to.
    ///   - progress: Called after each page of users with the report so far.
    /// - Returns: What was done.
    /// - Throws: ``ConfigurationError`` when a database cannot be used, or its table is not there or is another.
    public func importUsers(
        from source: DatabaseURL, appID: String, progress: (ImportReport) -> Void
    ) async throws -> ImportReport {
        try await database.opened { target in
            _ = try await DatabasePreparation(database: target, mayMigrate: true, logger: logger).run()
            return try await source.opened { source in
                do {
                    return try await UserImport(source: source, target: target, appID: appID).run(progress: progress)
                } catch let error as SQLError {
                    throw ConfigurationError("the import stopped, and may be run again: \(error)")
                }
            }
        }
    }
}

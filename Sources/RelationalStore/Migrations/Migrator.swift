/// Brings a database's schema up to date, once, however many nodes start at the same time.
///
/// The table `schema_migrations` remembers what was applied. A database that is ahead of the code is left alone, as
/// happens to an older node during a rolling deploy.
public struct Migrator: Sendable {
    private let migrations: [Migration]

    /// Makes a migrator.
    ///
    /// - Parameter migrations: All migrations ever released, in any order.
    /// - Throws: ``SQLError`` `.invalidConfiguration` if two share a version, or one is below 1.
    public init(_ migrations: [Migration]) throws(SQLError) {
        let versions = migrations.map(\.version)
        guard Set(versions).count == versions.count, versions.allSatisfy({ $0 >= 1 }) else {
            throw SQLError(.invalidConfiguration, message: "migrations need different versions, from 1")
        }
        self.migrations = migrations.sorted { $0.version < $1.version }
    }

    /// Applies the migrations that the database lacks, under a lock that excludes other migrators.
    ///
    /// On SQLite and PostgreSQL all of them are one transaction. On MySQL each statement commits by itself.
    ///
    /// - Parameters:
    ///   - database: The database to change.
    ///   - deadline: How long it may take, waiting for other migrators included.
    /// - Returns: The versions applied by this call, in order; empty if there was nothing to do.
    /// - Throws: ``SQLError`` `.migrationMismatch` if an applied migration differs from the one here, `.busy` if
    ///   others held the lock too long, or what a statement ran into.
    @discardableResult
    public func apply(
        to database: any RelationalDatabase, within deadline: Duration = .seconds(60)
    ) async throws(SQLError) -> [Int] {
        let now = ContinuousClock.now
        do {
            return try await database.withConnection(within: deadline) { session in
                try session.withMigrationLock(until: now + deadline * 0.9) { session throws(SQLError) in
                    try apply(on: session)
                }
            }
        } catch let error as SQLError {
            throw error
        } catch {
            throw SQLError(.other, message: "an unexpected error: \(type(of: error))")
        }
    }

    private func apply(on session: borrowing SQLSession) throws(SQLError) -> [Int] {
        try session.execute(SQLStatement(Self.createTable))
        var applied: [Int: String] = [:]
        for row in try session.query(SQLStatement("SELECT version, checksum FROM schema_migrations")) {
            applied[try row.value("version")] = try row.value("checksum", as: String.self)
        }
        var done: [Int] = []
        for migration in migrations {
            let checksum = migration.checksum(for: session.dialect)
            if let known = applied[migration.version] {
                guard known == checksum else { throw .changed(migration) }
                continue
            }
            for statement in migration.statements(for: session.dialect) {
                try session.executeOnce(SQLStatement(statement))
            }
            try session.execute(SQLStatement(Self.record, migration.version, migration.name, checksum))
            done.append(migration.version)
        }
        return done
    }

    /// Tells which migrations the database lacks, without changing it.
    ///
    /// - Parameter database: The database to look at.
    /// - Returns: The versions it lacks, in order; all of them if it has no migrations at all.
    /// - Throws: ``SQLError``.
    public func pending(in database: any RelationalDatabase) async throws(SQLError) -> [Int] {
        var applied: Set<Int> = []
        do {
            for row in try await database.query(SQLStatement("SELECT version FROM schema_migrations")) {
                applied.insert(try row.value("version"))
            }
        } catch {
            // Without the table nothing was ever applied.
            guard error.kind == .invalidStatement else { throw error }
        }
        return migrations.map(\.version).filter { !applied.contains($0) }
    }

    private static let createTable = SQLText(
        sqlite: """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL
            ) STRICT
            """,
        mysql: """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version BIGINT PRIMARY KEY, name VARCHAR(200) NOT NULL, checksum VARCHAR(64) NOT NULL,
                applied_at DATETIME NOT NULL
            ) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
            """,
        postgresql: """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL,
                applied_at TIMESTAMPTZ NOT NULL
            )
            """)

    private static let record = SQLText(
        sqlite: """
            INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?, ?, ?, datetime('now'))
            """,
        mysql: """
            INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?, ?, ?, UTC_TIMESTAMP())
            """,
        postgresql: """
            INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?, ?, ?, now())
            """)
}

extension SQLSession {
    /// Runs a statement of a migration, of which an earlier migrator may have died before it could record it.
    ///
    /// MySQL commits DDL at once, so there the columns and keys may be there already (1060, 1061).
    fileprivate borrowing func executeOnce(_ statement: SQLStatement) throws(SQLError) {
        do {
            try execute(statement)
        } catch {
            guard dialect == .mysql, error.vendorCode == 1060 || error.vendorCode == 1061 else { throw error }
        }
    }
}

extension SQLError {
    fileprivate static func changed(_ migration: Migration) -> SQLError {
        SQLError(
            .migrationMismatch,
            message: "migration \(migration.version) (\(migration.name)) was applied with other statements")
    }
}

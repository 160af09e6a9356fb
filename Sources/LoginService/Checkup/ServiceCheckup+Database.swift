import RelationalStore

extension ServiceCheckup {
    func databaseFindings() async -> [CheckupFinding] {
        let database: any RelationalDatabase
        do {
            database = try makeDatabase(url: configuration.database)
        } catch {
            return [CheckupFinding("database", .failed, "DATABASE_URL: \(error)")]
        }
        let finding: CheckupFinding
        do {
            try await database.ping()
            let pending = try await Migrator(UserMigrations.all).pending(in: database)
            finding = schemaFinding(lacking: pending)
        } catch {
            finding = CheckupFinding(
                "database", .failed, "DATABASE_URL: \(error)",
                advice: "start the database, or correct DATABASE_URL: host, port, user, password, name")
        }
        await database.shutdown()
        return [finding]
    }

    private func schemaFinding(lacking versions: [Int]) -> CheckupFinding {
        if versions.isEmpty { return CheckupFinding("database", .ok, "answers, and its schema is up to date") }
        guard configuration.migratesAtStart else {
            return CheckupFinding(
                "database", .failed, "the schema lacks the migrations \(versions)",
                advice: "run `wechat-login migrate`, as MIGRATE_AT_START is false")
        }
        return CheckupFinding("database", .ok, "answers; a node will apply the migrations \(versions) when it starts")
    }
}

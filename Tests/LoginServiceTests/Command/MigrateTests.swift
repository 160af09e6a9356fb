import Foundation
import ProcessFixture
import RelationalStore
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(3)))
struct MigrateTests {
    @Test(arguments: Store.allCases)
    func `the schema is migrated once, and a second run finds it up to date`(_ store: Store) async throws {
        try await withBackends(store) { backends async throws in
            let arguments = ["migrate", "--database-url", backends.databaseURL]
            let first = try await runCommand(arguments)
            #expect(first.end == .exit(0))
            #expect(first.output.contains("Applied: 1, 2."), "\(first.output)")
            let second = try await runCommand(arguments)
            #expect(second.output.contains("The schema is up to date."), "\(second.output)")
        }
    }

    @Test func `a node that may not migrate says what to run, and starts after it was`() async throws {
        try await withBackends { backends async throws in
            let environment = backends.environment.merging(["MIGRATE_AT_START": "false"]) { $1 }
            let refused = try await runCommand(["serve"], environment: environment)
            #expect(refused.end != .exit(0))
            #expect(refused.output.contains("lacks the migrations [1, 2]: run `wechat-login migrate`"))
            _ = try await runCommand(["migrate"], environment: environment)
            try await withServe(on: backends, [.migrateAtStart: "false"]) { node async throws in
                let login = try await node.client.logIn(try backends.code())
                #expect(login.outcome == .success)
            }
        }
    }

    @Test(arguments: Store.allCases)
    func `a hundred migrators at once apply each step once`(_ store: Store) async throws {
        try await withBackends(store) { backends async throws in
            let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        // A pool of its own, as every node has.
                        var limits = DatabaseConfiguration()
                        limits.maximumConnections = 1
                        let url = try DatabaseURL(backends.databaseURL)
                        let database = try makeDatabase(url: url, configuration: limits)
                        do {
                            let versions = try await Migrator(UserMigrations.all).apply(to: database)
                            await database.shutdown()
                            return versions
                        } catch {
                            await database.shutdown()
                            throw error
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied.sorted() == [1, 2])
        }
    }

    @Test func `a MySQL migrator that died after a step and before its record is resumed`() async throws {
        try await withBackends(.mysql) { backends async throws in
            let database = try makeDatabase(url: DatabaseURL(backends.databaseURL))
            let migrator = try Migrator(UserMigrations.all)
            #expect(try await migrator.pending(in: database) == [1, 2])
            try await migrator.apply(to: database)
            try await database.execute(SQLStatement("DELETE FROM schema_migrations WHERE version = 2"))
            #expect(try await migrator.pending(in: database) == [2])
            #expect(try await migrator.apply(to: database) == [2])
            await database.shutdown()
        }
    }
}

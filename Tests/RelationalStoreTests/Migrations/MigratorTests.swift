import RelationalStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MigratorTests {
    // Neither statement can run twice, so applying one twice would fail.
    private static let first = Migration(
        version: 1, name: "create people", sqlite: [People.create], mysql: [People.create],
        postgresql: [People.create])
    private static let second = Migration(
        version: 2, name: "add age", sqlite: ["ALTER TABLE people ADD COLUMN age INTEGER"],
        mysql: ["ALTER TABLE people ADD COLUMN age BIGINT"],
        postgresql: ["ALTER TABLE people ADD COLUMN age BIGINT"])

    @Test(arguments: Store.available)
    func `migrations are applied in order, once`(in store: Store) async throws {
        try await withDatabase(store) { database in
            let migrator = try Migrator([Self.second, Self.first])
            #expect(try await migrator.apply(to: database) == [1, 2])
            #expect(try await migrator.apply(to: database) == [])
            let rows = try await database.query(
                SQLStatement("SELECT version, name FROM schema_migrations ORDER BY version"))
            #expect(rows.map(\.values) == [[.integer(1), .text("create people")], [.integer(2), .text("add age")]])
        }
    }

    @Test(arguments: Store.shared)
    func `twenty migrators on two pools apply each migration once`(in store: Store) async throws {
        try await withURL(of: store) { url in
            try await withDatabase(at: url) { one in
                try await withDatabase(at: url) { two in
                    let migrator = try Migrator([Self.first, Self.second])
                    let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
                        for index in 0..<20 {
                            group.addTask { try await migrator.apply(to: index.isMultiple(of: 2) ? one : two) }
                        }
                        return try await group.reduce(into: []) { $0 += $1 }
                    }
                    #expect(applied == [1, 2])
                }
            }
        }
    }

    @Test(arguments: Store.available)
    func `an applied migration that changed is refused`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await Migrator([Self.first]).apply(to: database)
            let changed = Migration(
                version: 1, name: "create people", sqlite: ["SELECT 1"], mysql: ["SELECT 1"], postgresql: ["SELECT 1"])
            let failure = try await kind { try await Migrator([changed, Self.second]).apply(to: database) }
            #expect(failure == .migrationMismatch)
            #expect(try await Migrator([Self.first, Self.second]).apply(to: database) == [2])
        }
    }

    @Test(arguments: Store.available)
    func `a database ahead of the code is left alone`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await Migrator([Self.first, Self.second]).apply(to: database)
            #expect(try await Migrator([Self.first]).apply(to: database) == [])
        }
    }

    @Test(arguments: Store.available)
    func `a migration that fails is not recorded and frees the lock`(in store: Store) async throws {
        try await withDatabase(store) { database in
            let broken = Migration(
                version: 2, name: "broken", sqlite: ["ALTER nothing"], mysql: ["ALTER nothing"],
                postgresql: ["ALTER nothing"])
            let failure = try await kind { try await Migrator([Self.first, broken]).apply(to: database) }
            #expect(failure == .invalidStatement)
            let applied = try await Migrator([Self.first, Self.second]).apply(to: database)
            #expect(applied == (store == .mysql ? [2] : [1, 2]))
        }
    }

    @Test func `two migrations of one version are refused`() {
        #expect(throws: SQLError.self) { try Migrator([Self.first, Self.first]) }
    }
}

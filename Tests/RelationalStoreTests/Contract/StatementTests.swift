import RelationalStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StatementTests {
    @Test(arguments: Store.available)
    func `an insert tells the key it generated, other statements none`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            let first = try await database.execute(People.insert("Ada"))
            let second = try await database.execute(People.insert("Bob"))
            #expect(first == SQLResult(changes: 1, lastInsertID: 1))
            #expect(second.lastInsertID == 2)
            let update = try await database.execute(SQLStatement("UPDATE people SET note = 'x'"))
            #expect(update == SQLResult(changes: 2, lastInsertID: nil))
            let same = try await database.execute(SQLStatement("UPDATE people SET note = 'x' WHERE id = 1"))
            #expect(same.changes == 1)
            let ignored = try await database.execute(SQLStatement(People.insertIfAbsent, "Ada"))
            #expect(ignored == SQLResult(changes: 0, lastInsertID: nil))
            let none = try await database.execute(SQLStatement("DROP TABLE people"))
            #expect(none == SQLResult(changes: 0, lastInsertID: nil))
        }
    }

    @Test(arguments: Store.available)
    func `a taken unique key is a unique violation that does not repeat the value`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            try await database.execute(People.insert("s3cret"))
            let error = await #expect(throws: SQLError.self) { try await database.execute(People.insert("s3cret")) }
            #expect(error?.kind == .uniqueViolation)
            #expect(error?.isSafeToRetry == false)
            #expect(error?.description.contains("s3cret") == false)
        }
    }

    @Test(arguments: Store.available)
    func `other failures have their kinds`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            let null = try await kind {
                try await database.execute(SQLStatement("INSERT INTO people (name) VALUES (NULL)"))
            }
            #expect(null == .constraintViolation)
            let syntax = try await kind { _ = try await database.query(SQLStatement("SELECT FROM WHERE")) }
            #expect(syntax == .invalidStatement)
            let table = try await kind { _ = try await database.query(SQLStatement("SELECT 1 FROM nowhere")) }
            #expect(table == .invalidStatement)
            let two = try await kind {
                try await database.execute(SQLStatement("DELETE FROM people; DELETE FROM people"))
            }
            #expect(two == .invalidStatement)
            #expect(try await number("SELECT 1 AS one", in: database) == 1)
        }
    }

    @Test(arguments: Store.available)
    func `64 parallel get-or-creates make one row and agree on its key`(in store: Store) async throws {
        try await withDatabase(store, .with { $0.maximumWait = .seconds(5) }) { database in
            try await database.execute(SQLStatement(People.create))
            let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        let find = SQLStatement("SELECT id FROM people WHERE name = ?", "Ada")
                        if let row = try await database.query(find).first { return try row.value("id") }
                        try await database.execute(SQLStatement(People.insertIfAbsent, "Ada"))
                        return try #require(try await database.query(find).first).value("id")
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(try await People.count(in: database) == 1)
        }
    }

    @Test(arguments: Store.available)
    func `more texts than the statement cache holds work`(in store: Store) async throws {
        try await withDatabase(store, .with { $0.statementCacheCapacity = 1 }) { database in
            for _ in 0..<3 {
                let n1 = try await number("SELECT 1", in: database)
                #expect(n1 == 1)
                let n2 = try await number("SELECT 2", in: database)
                #expect(n2 == 2)
            }
        }
    }
}

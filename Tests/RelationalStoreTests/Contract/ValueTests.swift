import RelationalStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ValueTests {
    @Test(arguments: Store.available)
    func `parameters come back with their types`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            let photo: [UInt8] = [0, 0xFF, 0xC3, 0x28]
            let result = try await database.execute(
                SQLStatement(
                    "INSERT INTO people (id, name, note, photo, height) VALUES (?, ?, ?, ?, ?)",
                    Int64.max, "Ada", "n", photo, 1.5))
            #expect(result.changes == 1)
            let row = try #require(try await database.query(SQLStatement("SELECT * FROM people")).first)
            #expect(row.columns == ["id", "name", "note", "photo", "height"])
            #expect(row.values == [.integer(.max), .text("Ada"), .text("n"), .blob(photo), .double(1.5)])
            #expect(try row.value("photo", as: [UInt8].self) == photo)
        }
    }

    @Test(arguments: Store.available)
    func `NULL goes in and comes out, and is no text`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            try await database.execute(People.insert("Ada", note: nil))
            let row = try #require(try await database.query(SQLStatement("SELECT note FROM people")).first)
            #expect(try row.value("note", as: String?.self) == nil)
            #expect(throws: SQLError(.invalidValue, message: "column note holds NULL, not String")) {
                try row.value("note", as: String.self)
            }
            #expect(throws: SQLError(.invalidValue, message: "the result has no column nota")) {
                try row.value("nota", as: String.self)
            }
        }
    }

    @Test(
        arguments: Store.available,
        [
            "", "🧑🏽‍🚀 汉字 é", "'; DROP TABLE people; --", "\\' OR 1=1 #", "%_?`\"$1:name",
            "line\nbreak\r\u{1A}",
        ])
    func `text comes back as it was`(in store: Store, text: String) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            try await database.execute(People.insert(text, note: text))
            let found = try await database.query(
                SQLStatement("SELECT name, note FROM people WHERE name = ? AND note = ?", text, text))
            #expect(found.map(\.values) == [[.text(text), .text(text)]])
        }
    }

    @Test(arguments: Store.available, ["a\u{0}b", "\u{0}"])
    func `a NUL in text comes back, or is refused where it cannot be stored`(
        in store: Store, text: String
    ) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            if store == .postgresql {
                let failure = try await kind { try await database.execute(People.insert(text)) }
                #expect(failure == .invalidValue)
            } else {
                try await database.execute(People.insert(text))
                let found = try await database.query(SQLStatement("SELECT name FROM people WHERE name = ?", text))
                #expect(found.map(\.values) == [[.text(text)]])
            }
        }
    }

    @Test(arguments: Store.available, [Int64.min, -1, 0, 1, .max])
    func `integers come back as they were`(in store: Store, number: Int64) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement("CREATE TABLE numbers (n BIGINT)"))
            try await database.execute(SQLStatement("INSERT INTO numbers (n) VALUES (?)", number))
            let find: SQLText = "SELECT n, ? AS m FROM numbers WHERE n = ?"
            let rows = try await database.query(SQLStatement(find, number, number))
            #expect(rows.map(\.values) == [[.integer(number), .integer(number)]])
        }
    }

    @Test(
        arguments: Store.available,
        [0, 0.1, 1 / 3, .pi * 1e300, .leastNormalMagnitude, .greatestFiniteMagnitude, -1.5e-300])
    func `doubles come back to the last bit`(in store: Store, number: Double) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            try await database.execute(SQLStatement("INSERT INTO people (name, height) VALUES ('a', ?)", number))
            let row = try #require(try await database.query(SQLStatement("SELECT height FROM people")).first)
            #expect(try row.value("height", as: Double.self).bitPattern == number.bitPattern)
        }
    }

    @Test(arguments: Store.available, [[], [0], Array(0...255), Array(repeating: 0x5C, count: 300)] as [[UInt8]])
    func `bytes come back as they were`(in store: Store, bytes: [UInt8]) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            try await database.execute(SQLStatement("INSERT INTO people (name, photo) VALUES ('a', ?)", bytes))
            let row = try #require(try await database.query(SQLStatement("SELECT photo FROM people")).first)
            #expect(try row.value("photo", as: [UInt8].self) == bytes)
        }
    }

    @Test(arguments: Store.available)
    func `a parameter that is NULL at first and a value later keeps its type`(in store: Store) async throws {
        try await withDatabase(store, .with { $0.maximumConnections = 1 }) { database in
            try await database.execute(SQLStatement(People.create))
            let insert: SQLText = "INSERT INTO people (name, note, photo, height) VALUES (?, ?, ?, ?)"
            try await database.execute(SQLStatement(insert, "a", String?.none, [UInt8]?.none, Double?.none))
            try await database.execute(SQLStatement(insert, "b", "n", [1, 0] as [UInt8], 2.5))
            try await database.execute(SQLStatement(insert, "c", String?.none, [UInt8]?.none, 3))
            let rows = try await database.query(SQLStatement("SELECT note, photo, height FROM people ORDER BY name"))
            #expect(
                rows.map(\.values) == [
                    [.null, .null, .null], [.text("n"), .blob([1, 0]), .double(2.5)], [.null, .null, .double(3)],
                ])
        }
    }

    @Test(arguments: Store.available)
    func `ten megabytes of text and of bytes come back as they were`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            let text = String(repeating: "十é\u{1}x", count: 10_000_000 / 7)
            let bytes = Array(text.utf8.reversed())
            try await database.execute(
                SQLStatement("INSERT INTO people (name, note, photo) VALUES (?, ?, ?)", "big", text, bytes))
            let row = try #require(try await database.query(SQLStatement("SELECT note, photo FROM people")).first)
            #expect(try row.value("note", as: String.self) == text)
            #expect(try row.value("photo", as: [UInt8].self) == bytes)
        }
    }

    @Test(arguments: Store.available)
    func `a wrong number of parameters is refused`(in store: Store) async throws {
        try await withDatabase(store) { database in
            let few = try await kind { _ = try await database.query(SQLStatement("SELECT ? + ?", 1)) }
            let many = try await kind { _ = try await database.query(SQLStatement("SELECT ?", 1, 2)) }
            #expect(few == .invalidValue)
            #expect(many == .invalidValue)
        }
    }

    @Test(arguments: Store.available)
    func `names that differ only in case, accent or trailing space are different`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            for name in ["oABC", "oabc", "oÁBC"] { try await database.execute(People.insert(name)) }
            #expect(try await People.count(in: database) == 3)
            let found = try await database.query(SQLStatement("SELECT name FROM people WHERE name = ?", "oabc"))
            #expect(found.map(\.values) == [[.text("oabc")]])
        }
    }
}

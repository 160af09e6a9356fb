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
            "", "a\u{0}b", "\u{0}", "🧑🏽‍🚀 汉字 é", "'; DROP TABLE people; --", "\\' OR 1=1 #", "%_?`\"$1:name",
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

    @Test(arguments: Store.available)
    func `ten megabytes of text and of bytes come back as they were`(in store: Store) async throws {
        try await withDatabase(store) { database in
            try await database.execute(SQLStatement(People.create))
            let text = String(repeating: "十é\u{0}x", count: 10_000_000 / 7)
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

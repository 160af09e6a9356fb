import RelationalStore

/// The table that most tests use, in its dialects.
enum People {
    static let create = SQLText(
        sqlite: """
            CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, note TEXT, photo BLOB, height REAL)
            """,
        mysql: """
            CREATE TABLE people (
                id BIGINT AUTO_INCREMENT PRIMARY KEY,
                name VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL UNIQUE,
                note LONGTEXT, photo LONGBLOB, height DOUBLE
            ) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
            """)

    /// Does nothing where the name is taken; says so by 0 changes.
    static let insertIfAbsent = SQLText(
        sqlite: "INSERT INTO people (name) VALUES (?) ON CONFLICT DO NOTHING",
        mysql: "INSERT IGNORE INTO people (name) VALUES (?)")

    static func insert(_ name: String, note: String? = nil) -> SQLStatement {
        SQLStatement("INSERT INTO people (name, note) VALUES (?, ?)", name, note)
    }

    static func count(in database: any RelationalDatabase) async throws -> Int {
        try await number("SELECT COUNT(*) FROM people", in: database)
    }
}

/// A statement that runs for longer than any test waits.
let endless = SQLText(
    sqlite: """
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) SELECT MAX(n) AS n FROM numbers
        """,
    mysql: "SELECT SLEEP(100) AS n")

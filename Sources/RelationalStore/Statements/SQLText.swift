/// The text of a statement, fixed at compile time, with `?` where parameters go.
///
/// It is made from literals only: a literal that interpolates does not compile, so no input can become SQL.
/// Keep texts that are used often in a `static let`. For PostgreSQL the `?` become `$1`, `$2` and so on.
///
/// ```swift
/// static let insert = SQLText(
///     name: "users.insert",
///     sqlite: "INSERT INTO users (open_id) VALUES (?) ON CONFLICT DO NOTHING",
///     mysql: "INSERT INTO users (open_id) VALUES (?)",
///     postgresql: "INSERT INTO users (open_id) VALUES (?) ON CONFLICT DO NOTHING RETURNING id"
/// )
/// ```
public struct SQLText: Sendable, ExpressibleByStringLiteral {
    /// One dialect's text, and what can be told from it once and for all.
    struct Rendered: Sendable {
        let text: String
        let access: StatementAccess

        init(_ text: StaticString) {
            self.text = text.description
            access = StatementAccess(of: self.text)
        }
    }

    /// What metrics call the statement; nil counts it among the unnamed ones.
    public let name: String?

    private let sqlite: Rendered
    private let mysql: Rendered
    private let postgresql: Rendered

    /// Makes a text that reads the same in every dialect.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - name: What metrics call the statement, such as `users.find`.
    public init(_ text: StaticString, name: StaticString? = nil) {
        self.name = name?.description
        sqlite = Rendered(text)
        mysql = sqlite
        postgresql = sqlite
    }

    /// Makes a text that differs between dialects.
    ///
    /// - Parameters:
    ///   - name: What metrics call the statement, such as `users.insert`.
    ///   - sqlite: The text for SQLite.
    ///   - mysql: The text for MySQL and MariaDB.
    ///   - postgresql: The text for PostgreSQL, with `?` for parameters; for the operator `?` call its function.
    public init(
        name: StaticString? = nil, sqlite: StaticString, mysql: StaticString, postgresql: StaticString
    ) {
        self.name = name?.description
        self.sqlite = Rendered(sqlite)
        self.mysql = Rendered(mysql)
        self.postgresql = Rendered(postgresql)
    }

    /// Makes a text from a literal that reads the same in every dialect.
    public init(stringLiteral text: StaticString) {
        self.init(text)
    }

    /// The text for a database of this dialect.
    func rendered(for dialect: SQLDialect) -> Rendered {
        switch dialect {
        case .mysql: mysql
        case .postgresql: postgresql
        default: sqlite
        }
    }
}

/// The text of a statement, fixed at compile time, with `?` where parameters go.
///
/// It is made from literals only: a literal that interpolates does not compile, so no input can become SQL.
/// Keep texts that are used often in a `static let`.
///
/// ```swift
/// static let insert = SQLText(
///     sqlite: "INSERT INTO users (open_id) VALUES (?) ON CONFLICT DO NOTHING",
///     mysql: "INSERT INTO users (open_id) VALUES (?)"
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

    private let sqlite: Rendered
    private let mysql: Rendered

    /// Makes a text that reads the same in every dialect.
    public init(_ text: StaticString) {
        sqlite = Rendered(text)
        mysql = sqlite
    }

    /// Makes a text that differs between dialects.
    public init(sqlite: StaticString, mysql: StaticString) {
        self.sqlite = Rendered(sqlite)
        self.mysql = Rendered(mysql)
    }

    /// Makes a text from a literal that reads the same in every dialect.
    public init(stringLiteral text: StaticString) {
        self.init(text)
    }

    /// The text to send to a database of this dialect.
    func rendered(for dialect: SQLDialect) -> Rendered {
        dialect == .mysql ? mysql : sqlite
    }
}

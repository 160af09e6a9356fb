/// The SQL that a database speaks.
///
/// A struct, so that a dialect can be added without breaking a `switch` elsewhere.
public struct SQLDialect: Hashable, Sendable, CustomStringConvertible {
    /// The embedded database.
    public static let sqlite = SQLDialect(description: "sqlite", hasReturning: true)
    /// MySQL 8 and MariaDB 10.5 or newer, as far as they agree.
    public static let mysql = SQLDialect(description: "mysql", hasReturning: false)
    /// PostgreSQL 12 or newer.
    public static let postgresql = SQLDialect(description: "postgresql", hasReturning: true)

    /// The dialect's name, as in URLs and logs.
    public let description: String

    /// Whether `INSERT … RETURNING` works on every server of this dialect.
    public let hasReturning: Bool
}

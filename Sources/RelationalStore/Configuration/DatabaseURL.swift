/// Where a database is, as an operator writes it.
///
/// | URL | database |
/// |---|---|
/// | `sqlite:data/app.db`, `sqlite:///var/lib/app.db` | a file; its directory is created |
/// | `sqlite::memory:` | in memory, gone at shutdown |
/// | `mysql://user:password@host:3306/name` | MySQL 8 or MariaDB; `mariadb://` is the same |
/// | `mysql://user@localhost/name?socket=/run/mysqld/mysqld.sock` | the same, over a Unix socket |
/// | `postgresql://user:password@host:5432/name` | PostgreSQL 12 or newer; `postgres://` is the same |
/// | `postgresql://user:password@one,two:5433/name` | the one of these servers that accepts changes |
/// | `postgresql://user@/name?host=/run/postgresql` | PostgreSQL over the Unix socket in that directory |
///
/// The line to a server on this machine (a Unix socket, `localhost`, 127.0.0.0/8, `::1`) is not encrypted; to any
/// other it is, and the server's certificate must be valid for its host. These options change that:
///
/// | option | values |
/// |---|---|
/// | MySQL `tls` | `off`, `require` (encrypted, any certificate), `verify` (the default for other machines) |
/// | MySQL `ca` | file of the certificate authorities to trust; default: the system's |
/// | PostgreSQL `sslmode` | `disable`, `require`, `verify-ca`, `verify-full` (the default for other machines) |
/// | PostgreSQL `sslrootcert` | file of the certificate authorities to trust; default: the system's |
/// | PostgreSQL `sslcert`, `sslkey` | files of the client's own certificate and key |
/// | PostgreSQL `target_session_attrs` | `any` (default for one host), `read-write` (default for several), … |
/// | PostgreSQL `application_name` | the name in `pg_stat_activity` |
/// | PostgreSQL `pooler` | `transaction`: behind PgBouncer in that mode; see below |
///
/// A pooler that gives each transaction another session keeps neither prepared statements nor settings. With
/// `pooler=transaction` none are used, and the time limits that a session has otherwise (`statement_timeout`,
/// `lock_timeout`, `idle_in_transaction_session_timeout`) must be set by `ALTER ROLE`.
///
/// An unknown option is refused. User, password, host, name and values are percent-decoded. The description hides
/// the password.
public struct DatabaseURL: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    enum Location: Sendable {
        case sqlite(path: String?)
        case mysql(MySQLAddress)
        case postgresql(PostgreSQLAddress)
    }

    let location: Location

    /// Reads a URL.
    ///
    /// - Parameter string: The URL.
    /// - Throws: ``SQLError`` `.invalidConfiguration`, with a message that does not repeat the URL.
    public init(_ string: String) throws(SQLError) {
        guard let colon = string.firstIndex(of: ":") else { throw .invalidURL("has no scheme, like sqlite:") }
        let rest = string[string.index(after: colon)...]
        switch string[..<colon].lowercased() {
        case "sqlite": location = .sqlite(path: try Self.sqlitePath(rest))
        case "mysql", "mariadb": location = .mysql(try MySQLAddress(rest))
        case "postgres", "postgresql": location = .postgresql(try PostgreSQLAddress(rest))
        default: throw .invalidURL("has an unknown scheme; known are sqlite, mysql, mariadb, postgresql and postgres")
        }
    }

    private static func sqlitePath(_ rest: Substring) throws(SQLError) -> String? {
        if rest == ":memory:" { return nil }
        var path = rest
        if path.hasPrefix("//") {
            path = path.dropFirst(2)
            guard path.hasPrefix("/") else { throw .invalidURL("names a host; write sqlite:path or sqlite:///path") }
        }
        guard !path.isEmpty, !path.hasSuffix("/") else { throw .invalidURL("has no file name") }
        guard !path.utf8.contains(0) else { throw .invalidURL("holds a NUL") }
        return String(path)
    }

    /// Whether the database is a file or memory of this machine, which other machines cannot share.
    public var isSQLite: Bool {
        if case .sqlite = location { true } else { false }
    }

    /// The URL with `***` for the password.
    public var description: String {
        switch location {
        case .sqlite(let path): "sqlite:\(path ?? ":memory:")"
        case .mysql(let address): address.description
        case .postgresql(let address): address.description
        }
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Shows no stored property, hence no password.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension SQLError {
    static func invalidURL(_ problem: String) -> SQLError {
        SQLError(.invalidConfiguration, message: "the database URL \(problem)")
    }
}

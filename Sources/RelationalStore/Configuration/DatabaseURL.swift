/// Where a database is, as an operator writes it.
///
/// | URL | database |
/// |---|---|
/// | `sqlite:data/app.db`, `sqlite:///var/lib/app.db` | a file; its directory is created |
/// | `sqlite::memory:` | in memory, gone at shutdown |
/// | `mysql://user:password@host:3306/name` | MySQL 8 or MariaDB; `mariadb://` is the same |
/// | `mysql://user@localhost/name?socket=/run/mysqld/mysqld.sock` | the same, over a Unix socket |
///
/// MySQL takes `tls=off` (the default), `tls=require` (encrypted, any certificate) or `tls=verify`, and `ca=` with
/// the path of a certificate authority's file. User, password, name and values are percent-decoded.
/// The description hides the password.
public struct DatabaseURL: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    enum Location: Sendable {
        case sqlite(path: String?)
        case mysql(MySQLAddress)
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
        case "postgres", "postgresql": throw .invalidURL("names PostgreSQL, which is not available yet")
        default: throw .invalidURL("has an unknown scheme; known are sqlite, mysql and mariadb")
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

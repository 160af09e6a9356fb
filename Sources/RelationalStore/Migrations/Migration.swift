/// One numbered step of a schema.
///
/// Once released, a migration never changes; write another one. MySQL commits every DDL statement at once, so give
/// it one statement per migration, or statements that can run twice (`CREATE TABLE IF NOT EXISTS`).
public struct Migration: Sendable {
    /// The place in the order, from 1; unique.
    public let version: Int

    /// What it does, for people; up to 200 characters.
    public let name: String

    private let sqlite: [SQLText]
    private let mysql: [SQLText]
    private let postgresql: [SQLText]

    /// Makes a migration.
    ///
    /// - Parameters:
    ///   - version: The place in the order, from 1.
    ///   - name: What it does.
    ///   - sqlite: The statements for SQLite, without parameters.
    ///   - mysql: The statements for MySQL and MariaDB, without parameters.
    ///   - postgresql: The statements for PostgreSQL, without parameters.
    public init(
        version: Int, name: StaticString, sqlite: [SQLText], mysql: [SQLText], postgresql: [SQLText]
    ) {
        self.version = version
        self.name = name.description
        self.sqlite = sqlite
        self.mysql = mysql
        self.postgresql = postgresql
    }

    func statements(for dialect: SQLDialect) -> [SQLText] {
        switch dialect {
        case .mysql: mysql
        case .postgresql: postgresql
        default: sqlite
        }
    }

    /// 64-bit FNV-1a over the statements, in hexadecimal: it finds accidents, not attacks.
    func checksum(for dialect: SQLDialect) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for statement in statements(for: dialect) {
            // The NUL keeps ["a", "b"] and ["ab"] apart.
            for byte in Array(statement.rendered(for: dialect).text.utf8) + [0] {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            }
        }
        return String(hash, radix: 16)
    }
}

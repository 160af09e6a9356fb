#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Opens connections to one SQLite file, or the one connection to a database in memory.
struct SQLiteDriver: SQLDriver {
    typealias Connection = SQLiteConnection

    /// The file's path, or nil for a database in memory.
    let path: String?
    let layout: PoolLayout
    let statementCacheCapacity: Int

    init(path: String?, configuration: DatabaseConfiguration) {
        self.path = path
        // A database in memory belongs to its connection, so there can be only one.
        layout = PoolLayout(writers: 1, readers: path == nil ? 0 : max(1, configuration.maximumConnections - 1))
        statementCacheCapacity = configuration.statementCacheCapacity
    }

    var dialect: SQLDialect { .sqlite }

    var isRemote: Bool { false }

    func open(_ role: ConnectionRole, patience: Duration) throws(SQLError) -> SQLiteConnection {
        if let path { try createParentDirectory(of: path) }
        return try SQLiteConnection(path: path, role: role, statementCacheCapacity: statementCacheCapacity)
    }

    /// Creates the missing directories above a path, for this user only.
    private func createParentDirectory(of path: String) throws(SQLError) {
        for index in path.indices.dropFirst() where path[index] == "/" {
            let directory = String(path[..<index])
            if mkdir(directory, 0o700) != 0, errno != EEXIST, errno != EISDIR {
                let reason = String(cString: strerror(errno))
                throw SQLError(.unavailable, message: "cannot create the directory \(directory): \(reason)")
            }
        }
    }
}

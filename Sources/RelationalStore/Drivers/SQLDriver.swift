/// Opens connections of one kind of database.
protocol SQLDriver: Sendable {
    associatedtype Connection: SQLConnection

    var dialect: SQLDialect { get }

    /// How many connections there are for each role.
    var layout: PoolLayout { get }

    /// Whether connections lead to a server: then they are validated after a rest, and replaced with age.
    var isRemote: Bool { get }

    /// Opens a connection, blocking.
    ///
    /// - Parameters:
    ///   - role: What the connection is for.
    ///   - patience: The longest silence of the server that the connection must bear.
    /// - Returns: A connection for this thread only.
    /// - Throws: ``SQLError``.
    func open(_ role: ConnectionRole, patience: Duration) throws(SQLError) -> Connection
}

/// What a connection is for.
enum ConnectionRole: Sendable {
    case readWrite
    case readOnly
}

/// How many connections a pool has for each role.
struct PoolLayout: Sendable {
    var writers: Int
    /// 0 where writers also read.
    var readers: Int
}

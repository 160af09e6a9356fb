/// What a statement changed.
public struct SQLResult: Hashable, Sendable {
    /// How many rows were inserted, deleted, or matched by an update; 0 for a statement that changes none.
    public let changes: Int

    /// The key that the database generated for the last row inserted by this statement, if it inserted one.
    ///
    /// PostgreSQL does not tell by itself: end the `INSERT` with `RETURNING` and the key's column first.
    public let lastInsertID: Int64?

    /// Makes a result, for tests and stand-ins.
    ///
    /// - Parameters:
    ///   - changes: The number of rows.
    ///   - lastInsertID: The generated key.
    public init(changes: Int, lastInsertID: Int64? = nil) {
        self.changes = changes
        self.lastInsertID = lastInsertID
    }
}

/// What running a statement gave, before the caller picks what it asked for.
struct SQLOutcome: Sendable {
    var rows: [SQLRow] = []
    var changes = 0
    var lastInsertID: Int64?
}

/// What a statement changed.
public struct SQLResult: Hashable, Sendable {
    /// How many rows were inserted, deleted, or matched by an update; 0 for a statement that changes none.
    public let changes: Int

    /// The key that the database generated for the last row inserted by this statement, if it inserted one.
    public let lastInsertID: Int64?
}

/// What running a statement gave, before the caller picks what it asked for.
struct SQLOutcome: Sendable {
    var rows: [SQLRow] = []
    var changes = 0
    var lastInsertID: Int64?
}

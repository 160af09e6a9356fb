/// One connection, for as long as the closure that received it runs.
///
/// It can be neither copied, stored nor sent elsewhere, so it cannot outlive the closure.
public struct SQLSession: ~Copyable {
    private let connection: any SQLConnection
    private let ownsTransaction: Bool
    private let isAbandoned: () -> Bool

    /// - Parameters:
    ///   - connection: The connection.
    ///   - ownsTransaction: Whether the transaction is begun and ended by whoever made the session.
    ///   - isAbandoned: Whether the caller has stopped waiting.
    init(_ connection: any SQLConnection, ownsTransaction: Bool, isAbandoned: @escaping () -> Bool) {
        self.connection = connection
        self.ownsTransaction = ownsTransaction
        self.isAbandoned = isAbandoned
    }

    /// The SQL this connection speaks.
    public var dialect: SQLDialect { connection.dialect }

    /// Runs a statement and returns its rows.
    ///
    /// - Parameter statement: What to run.
    /// - Returns: All rows.
    /// - Throws: ``SQLError``; `.cancelled` once the caller has stopped waiting.
    public func query(_ statement: SQLStatement) throws(SQLError) -> [SQLRow] {
        try run(statement).rows
    }

    /// Runs a statement and tells what it changed.
    ///
    /// - Parameter statement: What to run.
    /// - Returns: The number of changes, and the generated key of an insert.
    /// - Throws: ``SQLError``; `.cancelled` once the caller has stopped waiting.
    @discardableResult
    public func execute(_ statement: SQLStatement) throws(SQLError) -> SQLResult {
        let outcome = try run(statement)
        return SQLResult(changes: outcome.changes, lastInsertID: outcome.lastInsertID)
    }

    private func run(_ statement: SQLStatement) throws(SQLError) -> SQLOutcome {
        if isAbandoned() { throw .abandoned }
        let rendered = statement.text.rendered(for: connection.dialect)
        if ownsTransaction, rendered.access == .transaction { throw .transactionIsManaged }
        return try connection.run(rendered.text, statement.parameters)
    }
}

extension SQLError {
    /// What a statement gets that would begin or end a transaction where that is not its business.
    static let transactionIsManaged = SQLError(
        .invalidStatement, message: "withTransaction begins and ends transactions; a statement cannot")

    /// What a statement gets that was interrupted because its caller is gone.
    static let abandoned = SQLError(.cancelled, message: "the caller stopped waiting")
}

/// A relational database behind a bounded pool of connections.
///
/// Every call ends within its deadline: with a result, or with an ``SQLError``. A caller whose deadline passes or
/// whose task is cancelled gets the error at once; the work is interrupted, and its connection returns to the
/// pool when it is idle again.
///
/// ```swift
/// let rows = try await database.query(SQLStatement("SELECT id FROM users WHERE open_id = ?", openID))
/// ```
public protocol RelationalDatabase: Sendable {
    /// The SQL this database speaks.
    var dialect: SQLDialect { get }

    /// The deadline of a call that names none.
    var defaultDeadline: Duration { get }

    /// Runs one statement and returns its rows.
    ///
    /// - Parameters:
    ///   - statement: What to run, on its own, outside any transaction.
    ///   - deadline: How long the whole call may take, waiting for a connection included.
    /// - Returns: All rows; keep results small with `LIMIT`.
    /// - Throws: ``SQLError``.
    func query(_ statement: SQLStatement, within deadline: Duration) async throws(SQLError) -> [SQLRow]

    /// Runs one statement and tells what it changed.
    ///
    /// - Parameters:
    ///   - statement: What to run, on its own, outside any transaction.
    ///   - deadline: How long the whole call may take, waiting for a connection included.
    /// - Returns: The number of changes, and the generated key of an insert.
    /// - Throws: ``SQLError``.
    @discardableResult
    func execute(_ statement: SQLStatement, within deadline: Duration) async throws(SQLError) -> SQLResult

    /// Runs a closure in a transaction: commits if it returns, rolls back if it throws.
    ///
    /// The closure is synchronous and runs on the thread of the connection. It cannot await, so no transaction
    /// stays open over network traffic, and the session cannot leave it. It may block only on its statements.
    /// Statements that begin or end transactions are refused, hence also transactions within transactions; savepoints
    /// are not. On PostgreSQL a statement that failed spoils the transaction: unless it is rolled back to a savepoint,
    /// further statements and the commit fail with `.transactionAborted`.
    ///
    /// - Parameters:
    ///   - deadline: How long the whole call may take, waiting for a connection included.
    ///   - body: What to do in the transaction; it runs once.
    /// - Returns: What the closure returned, after the commit.
    /// - Throws: ``SQLError``, or what the closure threw. An error of the commit itself may be ambiguous.
    @discardableResult
    func withTransaction<Value: Sendable>(
        within deadline: Duration, _ body: @escaping @Sendable (borrowing SQLSession) throws -> Value
    ) async throws -> Value

    /// Runs a closure with one writing connection to itself, outside a transaction.
    ///
    /// For what belongs to a connection, like MySQL's `GET_LOCK`. The call may wait for a free connection and for
    /// locks as long as its deadline allows. A transaction left open is rolled back.
    ///
    /// - Parameters:
    ///   - deadline: How long the whole call may take.
    ///   - body: What to do; as in ``withTransaction(within:_:)``, it is synchronous.
    /// - Returns: What the closure returned.
    /// - Throws: ``SQLError``, or what the closure threw.
    @discardableResult
    func withConnection<Value: Sendable>(
        within deadline: Duration, _ body: @escaping @Sendable (borrowing SQLSession) throws -> Value
    ) async throws -> Value

    /// Proves that the database answers, on a connection from the pool.
    ///
    /// - Throws: ``SQLError``.
    func ping() async throws(SQLError)

    /// Refuses new calls, lets running ones end within their deadlines, then closes every connection and thread.
    ///
    /// Waiting calls fail with `.shutdown`. Calling it again waits for the same end.
    func shutdown() async
}

extension RelationalDatabase {
    /// Runs one statement within the default deadline and returns its rows.
    ///
    /// - Parameter statement: What to run, on its own, outside any transaction.
    /// - Returns: All rows.
    /// - Throws: ``SQLError``.
    public func query(_ statement: SQLStatement) async throws(SQLError) -> [SQLRow] {
        try await query(statement, within: defaultDeadline)
    }

    /// Runs one statement within the default deadline and tells what it changed.
    ///
    /// - Parameter statement: What to run, on its own, outside any transaction.
    /// - Returns: The number of changes, and the generated key of an insert.
    /// - Throws: ``SQLError``.
    @discardableResult
    public func execute(_ statement: SQLStatement) async throws(SQLError) -> SQLResult {
        try await execute(statement, within: defaultDeadline)
    }

    /// Runs a closure in a transaction within the default deadline.
    ///
    /// - Parameter body: What to do in the transaction; it runs once.
    /// - Returns: What the closure returned, after the commit.
    /// - Throws: ``SQLError``, or what the closure threw.
    @discardableResult
    public func withTransaction<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing SQLSession) throws -> Value
    ) async throws -> Value {
        try await withTransaction(within: defaultDeadline, body)
    }
}

/// A connection as its server sees it.
struct ServerSession {
    /// Which server: several may answer at one address.
    let server: String
    /// The server's number for the connection; numbers grow while a server runs.
    let number: UInt64
}

/// A synchronous connection, confined to the thread that opened it: it is not `Sendable`.
protocol SQLConnection: AnyObject {
    var dialect: SQLDialect { get }

    /// Stops the running statement from another thread.
    var interrupter: Interrupter { get }

    /// Whether a transaction is open.
    var isInTransaction: Bool { get }

    /// Whether the connection must be closed: it is lost, was interrupted for good, or leads to a read-only server.
    var isBroken: Bool { get }

    /// Whether the server has closed the connection, as far as this machine knows; it does not wait.
    var isPeerGone: Bool { get }

    /// Starts an operation: forgets earlier interrupts and sets how long statements wait for locks.
    func prepare(lockTimeout: Duration)

    /// Runs one statement to its end, with all its rows.
    func run(_ text: String, _ parameters: [SQLValue]) throws(SQLError) -> SQLOutcome

    func begin() throws(SQLError)
    func commit() throws(SQLError)
    func rollback() throws(SQLError)

    /// Asks the database for a sign of life.
    func ping() throws(SQLError)

    /// What the server calls this connection, where another connection can end it.
    var session: ServerSession? { get }

    /// Ends on the server what an interrupted connection had left running there; failures are ignored.
    func kill(_ orphan: ServerSession)

    /// Closes the connection; the interrupter does nothing from here on.
    func close()
}

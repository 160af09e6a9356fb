extension SQLError {
    /// The kinds of failure; a struct, so that kinds can be added without breaking a `switch`.
    public struct Kind: Hashable, Sendable, CustomStringConvertible {
        /// The kind's name, as in logs.
        public let description: String

        /// A unique or primary key already holds the value.
        public static let uniqueViolation = Kind(description: "uniqueViolation")
        /// Another constraint refused the change: NOT NULL, CHECK, a foreign key, a column's type or length.
        public static let constraintViolation = Kind(description: "constraintViolation")
        /// Another connection or process held a lock for longer than the lock timeout.
        public static let busy = Kind(description: "busy")
        /// The database gave the transaction up, for a deadlock or a stale snapshot; run it again from the start.
        public static let retryTransaction = Kind(description: "retryTransaction")
        /// An earlier statement of the transaction failed, after which PostgreSQL accepts only its end.
        public static let transactionAborted = Kind(description: "transactionAborted")
        /// The connection broke while it was in use.
        public static let connectionLost = Kind(description: "connectionLost")
        /// The database could not be opened or reached, or refused the connection.
        public static let unavailable = Kind(description: "unavailable")
        /// The user or the password was refused.
        public static let accessDenied = Kind(description: "accessDenied")
        /// The file or the server accepts no changes.
        public static let readOnly = Kind(description: "readOnly")
        /// All connections stayed busy for the maximum wait, the queue is full, or the server has no connection left.
        public static let overloaded = Kind(description: "overloaded")
        /// The deadline passed.
        public static let timeout = Kind(description: "timeout")
        /// The calling task was cancelled.
        public static let cancelled = Kind(description: "cancelled")
        /// The disk, or the room that the database may take on it, is full.
        public static let diskFull = Kind(description: "diskFull")
        /// The file is not a database or is damaged.
        public static let corrupt = Kind(description: "corrupt")
        /// The statement is wrong: its syntax, or a name it uses.
        public static let invalidStatement = Kind(description: "invalidStatement")
        /// A parameter or a column's value has the wrong number, type or range.
        public static let invalidValue = Kind(description: "invalidValue")
        /// The URL or another setting is wrong.
        public static let invalidConfiguration = Kind(description: "invalidConfiguration")
        /// An applied migration differs from the one in the code.
        public static let migrationMismatch = Kind(description: "migrationMismatch")
        /// The database was shut down.
        public static let shutdown = Kind(description: "shutdown")
        /// None of the above.
        public static let other = Kind(description: "other")
    }
}

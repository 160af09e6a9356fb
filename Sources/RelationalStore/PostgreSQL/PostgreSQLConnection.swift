#if PostgreSQL
    import CLibPQ

    /// One session of a PostgreSQL server and its prepared statements, used on one thread only.
    ///
    /// Results are asked for as text: the choice is one for all columns, and most types have no counterpart in
    /// ``SQLValue`` but their text.
    final class PostgreSQLConnection: SQLConnection {
        private let link: PostgreSQLLink
        private let watch: PostgreSQLWatch
        private var statements: StatementCache<PostgreSQLStatement>
        /// Whether the server keeps this session's statements and settings.
        private let hasOwnSession: Bool
        private var preparedCount = 0
        /// Statements that the server may forget.
        private var superseded: [String] = []
        private let usualLockTimeout: Int64
        private var lockTimeout: Int64
        private var wantedLockTimeout: Int64
        let interrupter: Interrupter

        init(
            to host: ServerURL.Host, of address: PostgreSQLAddress, limits: PostgreSQLLimits,
            statementCacheCapacity: Int
        ) throws(SQLError) {
            let watch = PostgreSQLWatch()
            self.watch = watch
            interrupter = Interrupter { watch.interrupt() }
            link = try PostgreSQLLink(to: host, of: address, limits: limits, watch: watch)
            statements = StatementCache(capacity: statementCacheCapacity)
            hasOwnSession = !address.hasTransactionPooler
            usualLockTimeout = PostgreSQLLimits.milliseconds(limits.lock)
            lockTimeout = usualLockTimeout
            wantedLockTimeout = usualLockTimeout
            guard hasOwnSession else { return }
            do throws(SQLError) {
                try link.command(limits.settings(serverVersion: link.serverVersion))
            } catch {
                close()
                throw error.whileConnecting
            }
        }

        var dialect: SQLDialect { .postgresql }

        var isInTransaction: Bool { link.isInTransaction }

        var isBroken: Bool { link.isBroken }

        var isPeerGone: Bool { link.isPeerGone }

        // Process numbers are used again, so ending one by its number could hit another's session. The server notices
        // by itself that a client is gone.
        var session: ServerSession? { nil }

        func kill(_ orphan: ServerSession) {}

        /// A longer wait than usual is set when the first statement is sent, and taken back likewise; a shorter one
        /// is left to the deadline, as every change costs a round trip.
        func prepare(lockTimeout: Duration) {
            watch.reset()
            wantedLockTimeout = max(usualLockTimeout, PostgreSQLLimits.milliseconds(lockTimeout))
        }

        private func setLockTimeout() throws(SQLError) {
            guard hasOwnSession, wantedLockTimeout != lockTimeout else { return }
            try link.command("SET SESSION lock_timeout = \(wantedLockTimeout)")
            lockTimeout = wantedLockTimeout
        }

        // The empty statement.
        func ping() throws(SQLError) { try link.command("") }

        func begin() throws(SQLError) {
            try setLockTimeout()
            try link.command("BEGIN ISOLATION LEVEL READ COMMITTED")
        }

        func commit() throws(SQLError) {
            // The server would roll back, and call that a success.
            if link.isTransactionAborted {
                throw SQLError(.transactionAborted, message: "a statement of the transaction failed")
            }
            if link.isPeerGone { throw .postgreSQLConnectionLost(wasSent: false) }
            do throws(SQLError) {
                try link.command("COMMIT")
            } catch {
                throw error.kind == .connectionLost ? error.asAmbiguous : error
            }
        }

        func rollback() throws(SQLError) {
            // An abandoned operation must still be able to roll back.
            watch.reset()
            try link.command("ROLLBACK")
        }

        func close() {
            interrupter.disarm()
            link.close()
        }

        func run(_ text: String, _ parameters: [SQLValue]) throws(SQLError) -> SQLOutcome {
            if !isInTransaction { try setLockTimeout() }
            let statement = cached(text)
            guard statement.parameterCount == parameters.count else {
                throw .parameterCount(statement.parameterCount, parameters.count)
            }
            let wasPrepared = statement.name != nil
            do throws(SQLError) {
                return try run(statement, parameters)
            } catch {
                guard wasPrepared, error.isStalePlan else { throw error }
                forget(statement)
                // The transaction is lost, but not the statement: preparing it again helps.
                guard !isInTransaction else { throw error.asRetryTransaction }
                return try run(statement, parameters)
            }
        }

        private func cached(_ text: String) -> PostgreSQLStatement {
            if let statement = statements.statement(for: text) { return statement }
            let statement = PostgreSQLStatement(text)
            if let evicted = statements.insert(statement, for: text) { forget(evicted) }
            return statement
        }

        private func forget(_ statement: PostgreSQLStatement) {
            if let name = statement.name { superseded.append(name) }
            statement.name = nil
            statement.columns = nil
        }

        private func run(
            _ statement: PostgreSQLStatement, _ parameters: [SQLValue]
        ) throws(SQLError) -> SQLOutcome {
            let buffers = try PostgreSQLParameters(parameters)
            if statement.adopt(parameters) { forget(statement) }
            if hasOwnSession, statement.name == nil { try prepare(statement) }
            let count = Int32(parameters.count)
            let result = try link.exchange { handle in
                withExtendedLifetime(buffers) {
                    if let name = statement.name {
                        PQsendQueryPrepared(handle, name, count, buffers.values, buffers.lengths, buffers.formats, 0)
                    } else {
                        PQsendQueryParams(
                            handle, statement.text, count, statement.types, buffers.values, buffers.lengths,
                            buffers.formats, 0)
                    }
                }
            }
            let (outcome, columns) = try result.outcome(hasOwnSession ? statement.columns : nil)
            statement.columns = columns
            return outcome
        }

        private func prepare(_ statement: PostgreSQLStatement) throws(SQLError) {
            try releaseSuperseded()
            preparedCount += 1
            let name = "s\(preparedCount)"
            _ = try link.exchange { handle in
                PQsendPrepare(handle, name, statement.text, Int32(statement.types.count), statement.types)
            }
            statement.name = name
        }

        /// Outside transactions only: a name that the server has forgotten by itself is an error, and would end one.
        private func releaseSuperseded() throws(SQLError) {
            guard !superseded.isEmpty, !isInTransaction else { return }
            for name in superseded {
                do throws(SQLError) {
                    try link.command("DEALLOCATE \(name)")
                } catch {
                    if error.sqlState != "26000" { throw error }
                }
            }
            superseded = []
        }
    }

    extension SQLError {
        /// Whether a prepared statement no longer fits its tables, or is gone.
        fileprivate var isStalePlan: Bool { sqlState == "0A000" || sqlState == "26000" }

        fileprivate var asRetryTransaction: SQLError {
            SQLError(.retryTransaction, message: message, sqlState: sqlState, isSafeToRetry: true)
        }
    }
#endif

#if MySQL
    import CMariaDB

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// One connection of libmariadb and its prepared statements, used on one thread only.
    ///
    /// This folder is the only one that sees libmariadb's pointers.
    final class MySQLConnection: SQLConnection {
        private var handle: UnsafeMutablePointer<MYSQL>?
        private var statements: StatementCache<UnsafeMutablePointer<MYSQL_STMT>>
        private var isLost = false
        /// Whether the server has rolled the transaction back by itself, which it does not say in its status.
        private var isRolledBack = false
        /// A second descriptor of the socket: libmariadb closes its own when the link fails, and another socket may have
        /// its number by then.
        private let socket: Int32
        let interrupter: Interrupter
        private(set) var session: ServerSession?

        init(to address: MySQLAddress, timeouts: MySQLTimeouts, statementCacheCapacity: Int) throws(SQLError) {
            let handle = try Self.connect(to: address, timeouts)
            self.handle = handle
            statements = StatementCache(capacity: statementCacheCapacity)
            let socket = dup(mysql_get_socket(handle))
            self.socket = socket
            interrupter = Interrupter { _ = shutdown(socket, Int32(SHUT_RDWR)) }
            do throws(SQLError) {
                guard socket >= 0 else { throw SQLError(.unavailable, message: "no file descriptor is left") }
                session = try serverName().map { ServerSession(server: $0, number: UInt64(mysql_thread_id(handle))) }
                try command("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
                try command(
                    """
                    SET NAMES utf8mb4 COLLATE utf8mb4_bin, SESSION time_zone = '+00:00', \
                    SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', \
                    SESSION innodb_lock_wait_timeout = \(timeouts.lock), SESSION lock_wait_timeout = \(timeouts.lock)
                    """)
            } catch {
                close()
                throw error.whileConnecting
            }
        }

        var dialect: SQLDialect { .mysql }

        var isInTransaction: Bool { handle.map { cmariadb_in_transaction($0) != 0 } ?? false }

        var isBroken: Bool { isLost || interrupter.hasFired }

        var isPeerGone: Bool { handle.map { SocketPeer.isGone(mysql_get_socket($0)) } ?? true }

        // The lock timeout is a session variable, set once when connecting.
        func prepare(lockTimeout: Duration) {}

        func ping() throws(SQLError) {
            guard let handle else { throw .handleIsClosed }
            if mysql_ping(handle) != 0 { throw failure(of: handle, detail: nil, wasSent: false) }
        }

        func begin() throws(SQLError) {
            isRolledBack = false
            try command("START TRANSACTION")
        }

        func commit() throws(SQLError) {
            if isRolledBack { throw .rolledBack }
            if isPeerGone { throw noted(.mysql(2006, state: "HY000", detail: nil, wasSent: false)) }
            do throws(SQLError) {
                try command("COMMIT")
            } catch {
                throw error.kind == .connectionLost && error.vendorCode != 2006 ? error.asAmbiguous : error
            }
        }

        func rollback() throws(SQLError) {
            isRolledBack = false
            try command("ROLLBACK")
        }

        func kill(_ orphan: ServerSession) {
            // Fails if the server has noticed by itself.
            try? command("KILL CONNECTION \(orphan.number)")
        }

        /// What tells this server from others behind the same address; nil for one that does not say.
        private func serverName() throws(SQLError) -> String? {
            do throws(SQLError) {
                let text = "SELECT CONCAT_WS(' ', @@hostname, @@port, @@datadir) AS name"
                guard case .text(let name)? = try run(text, []).rows.first?.values.first else { return nil }
                return name
            } catch {
                if isLost { throw error }
                return nil
            }
        }

        func close() {
            interrupter.disarm()
            if handle != nil, socket >= 0 { closeDescriptor(socket) }
            for statement in statements.removeAll() { mysql_stmt_close(statement) }
            if let handle { mysql_close(handle) }
            handle = nil
        }

        /// Sends a statement of this file as plain text.
        private func command(_ text: String) throws(SQLError) {
            guard let handle else { throw .handleIsClosed }
            let isInTransaction = isInTransaction
            var text = text
            let code = text.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) { mysql_real_query(handle, $0.baseAddress, UInt($0.count)) }
            }
            if code != 0 { throw failure(of: handle, detail: nil, wasSent: !isInTransaction) }
        }

        func run(_ text: String, _ parameters: [SQLValue]) throws(SQLError) -> SQLOutcome {
            guard let handle else { throw .handleIsClosed }
            if isRolledBack { throw .rolledBack }
            let statement: UnsafeMutablePointer<MYSQL_STMT>
            do throws(SQLError) {
                statement = try prepared(text, on: handle)
            } catch {
                // MySQL 8 prepares neither BEGIN nor SAVEPOINT, among others.
                guard error.vendorCode == 1295, parameters.isEmpty else { throw error }
                try command(text)
                return SQLOutcome()
            }
            let isInTransaction = isInTransaction
            do throws(SQLError) {
                try execute(statement, parameters, wasSent: !isInTransaction)
                var outcome = SQLOutcome()
                if mysql_stmt_field_count(statement) > 0 {
                    outcome.rows = try rows(of: statement)
                } else {
                    outcome.changes = Int(mysql_stmt_affected_rows(statement))
                    let id = mysql_stmt_insert_id(statement)
                    if id != 0, outcome.changes > 0 { outcome.lastInsertID = Int64(exactly: id) }
                }
                return outcome
            } catch {
                // Frees what a failed statement may still hold on both sides; it is prepared again when needed.
                if let statement = statements.remove(text) { mysql_stmt_close(statement) }
                throw error
            }
        }

        private func prepared(
            _ text: String, on handle: UnsafeMutablePointer<MYSQL>
        ) throws(SQLError) -> UnsafeMutablePointer<MYSQL_STMT> {
            if let statement = statements.statement(for: text) { return statement }
            guard let statement = mysql_stmt_init(handle) else { throw SQLError(.other, message: "out of memory") }
            var bytes = text
            let code = bytes.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) { mysql_stmt_prepare(statement, $0.baseAddress, UInt($0.count)) }
            }
            guard code == 0 else {
                // The text is fixed and has no data in it yet, so the server's words about it can be shown.
                let error = failure(of: statement, detail: String(cString: mysql_stmt_error(statement)), wasSent: false)
                mysql_stmt_close(statement)
                throw error
            }
            if let evicted = statements.insert(statement, for: text) { mysql_stmt_close(evicted) }
            return statement
        }

        private func execute(
            _ statement: UnsafeMutablePointer<MYSQL_STMT>, _ parameters: [SQLValue], wasSent: Bool
        ) throws(SQLError) {
            let expected = Int(mysql_stmt_param_count(statement))
            guard expected == parameters.count else { throw .parameterCount(expected, parameters.count) }
            let buffers = MySQLParameters(parameters)
            if expected > 0, mysql_stmt_bind_param(statement, buffers.binds.baseAddress) != 0 {
                throw failure(of: statement, detail: nil, wasSent: false)
            }
            // libmariadb copied the binds and reads their buffers while it executes.
            let code = withExtendedLifetime(buffers) { mysql_stmt_execute(statement) }
            if code != 0 { throw failure(of: statement, detail: nil, wasSent: wasSent) }
        }

        private func rows(of statement: UnsafeMutablePointer<MYSQL_STMT>) throws(SQLError) -> [SQLRow] {
            defer { mysql_stmt_free_result(statement) }
            guard let fields = mariadb_stmt_fetch_fields(statement) else {
                throw failure(of: statement, detail: nil, wasSent: true)
            }
            let count = Int(mysql_stmt_field_count(statement))
            let buffers = MySQLResultBuffers(UnsafeBufferPointer(start: fields, count: count))
            guard mysql_stmt_bind_result(statement, buffers.binds.baseAddress) == 0 else {
                throw failure(of: statement, detail: nil, wasSent: true)
            }
            let columns = SQLColumns((0..<count).map { String(cString: fields[$0].name) })
            var rows: [SQLRow] = []
            while true {
                switch mysql_stmt_fetch(statement) {
                case 0, MYSQL_DATA_TRUNCATED:
                    var values: [SQLValue] = []
                    values.reserveCapacity(count)
                    for index in 0..<count { values.append(try buffers.value(at: index, of: statement)) }
                    rows.append(SQLRow(columns, values))
                case MYSQL_NO_DATA:
                    return rows
                default:
                    throw failure(of: statement, detail: nil, wasSent: true)
                }
            }
        }

        private func failure(
            of statement: UnsafeMutablePointer<MYSQL_STMT>, detail: String?, wasSent: Bool
        ) -> SQLError {
            noted(
                .mysql(
                    mysql_stmt_errno(statement), state: String(cString: mysql_stmt_sqlstate(statement)),
                    detail: detail, wasSent: wasSent))
        }

        private func failure(of handle: UnsafeMutablePointer<MYSQL>, detail: String?, wasSent: Bool) -> SQLError {
            noted(
                .mysql(
                    mysql_errno(handle), state: String(cString: mysql_sqlstate(handle)), detail: detail,
                    wasSent: wasSent))
        }

        /// Remembers that a connection must not be used again.
        private func noted(_ error: SQLError) -> SQLError {
            if error.kind == .connectionLost || error.kind == .readOnly { isLost = true }
            if error.kind == .retryTransaction { isRolledBack = isInTransaction }
            return error
        }
    }

    /// `close` of the C library, whose name the connection's own hides.
    private func closeDescriptor(_ descriptor: Int32) {
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #elseif canImport(Musl)
            _ = Musl.close(descriptor)
        #endif
    }

    extension SQLError {
        fileprivate static let handleIsClosed = SQLError(.connectionLost, message: "the handle is closed")
        /// Of whatever follows a deadlock in its transaction: it would run, and stay, outside of any.
        fileprivate static let rolledBack = SQLError.mysql(1213, state: "40001", detail: nil, wasSent: false)
    }
#endif

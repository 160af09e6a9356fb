#if MySQL
    import CMariaDB

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// One connection of libmariadb and its prepared statements, used on one thread only.
    ///
    /// This file is the only one that sees libmariadb's pointers.
    final class MySQLConnection: SQLConnection {
        private var handle: UnsafeMutablePointer<MYSQL>?
        private var statements: StatementCache<UnsafeMutablePointer<MYSQL_STMT>>
        private var isLost = false
        let interrupter: Interrupter
        let serverID: UInt64?

        init(to address: MySQLAddress, timeouts: MySQLTimeouts, statementCacheCapacity: Int) throws(SQLError) {
            _ = Self.isLibraryReady
            guard let handle = mysql_init(nil) else { throw SQLError(.other, message: "out of memory") }
            Self.setOptions(of: handle, address, timeouts)
            // FOUND_ROWS: an update counts the rows it matched, as in SQLite.
            let flags = UInt(CLIENT_FOUND_ROWS)
            guard
                mysql_real_connect(
                    handle, address.host, address.user, address.password, address.database,
                    UInt32(address.port), address.socket, flags) != nil
            else {
                let error = Self.connectError(of: handle)
                mysql_close(handle)
                throw error
            }
            self.handle = handle
            serverID = UInt64(mysql_thread_id(handle))
            statements = StatementCache(capacity: statementCacheCapacity)
            let socket = mysql_get_socket(handle)
            interrupter = Interrupter { _ = shutdown(socket, Int32(SHUT_RDWR)) }
            do throws(SQLError) {
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

        /// Initializes libmariadb once, before any thread connects.
        private static let isLibraryReady = mysql_server_init(0, nil, nil) == 0

        private static func setOptions(
            of handle: UnsafeMutablePointer<MYSQL>, _ address: MySQLAddress, _ timeouts: MySQLTimeouts
        ) {
            func set<Value>(_ option: mysql_option, _ value: Value) {
                _ = withUnsafeBytes(of: value) { mysql_options(handle, option, $0.baseAddress) }
            }
            set(MYSQL_OPT_CONNECT_TIMEOUT, timeouts.connect)
            set(MYSQL_OPT_READ_TIMEOUT, timeouts.silence)
            set(MYSQL_OPT_WRITE_TIMEOUT, timeouts.silence)
            // Reconnecting silently would drop the session's settings, its locks and its statements.
            set(MYSQL_OPT_RECONNECT, my_bool(0))
            // The server could ask for any local file otherwise.
            set(MYSQL_OPT_LOCAL_INFILE, UInt32(0))
            mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
            if address.tls != .off {
                set(MYSQL_OPT_SSL_ENFORCE, my_bool(1))
                set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, my_bool(address.tls == .verify ? 1 : 0))
                if let file = address.certificateAuthority { mysql_options(handle, MYSQL_OPT_SSL_CA, file) }
            }
        }

        /// Connecting fails with the server's words about the user, the host and the certificate, never the password.
        private static func connectError(of handle: UnsafeMutablePointer<MYSQL>) -> SQLError {
            let code = mysql_errno(handle)
            let error = SQLError.mysql(
                code, state: String(cString: mysql_sqlstate(handle)), detail: String(cString: mysql_error(handle)),
                wasSent: false)
            return error.whileConnecting
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

        func begin() throws(SQLError) { try command("START TRANSACTION") }

        func commit() throws(SQLError) {
            if isPeerGone { throw noted(.mysql(2006, state: "HY000", detail: nil, wasSent: false)) }
            do throws(SQLError) {
                try command("COMMIT")
            } catch {
                throw error.kind == .connectionLost && error.vendorCode != 2006 ? error.asAmbiguous : error
            }
        }

        func rollback() throws(SQLError) { try command("ROLLBACK") }

        func killOrphan(_ serverID: UInt64) {
            // Fails if the server has noticed by itself.
            try? command("KILL CONNECTION \(serverID)")
        }

        func close() {
            interrupter.disarm()
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
            let statement = try prepared(text, on: handle)
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
            return error
        }
    }

    extension SQLError {
        fileprivate static let handleIsClosed = SQLError(.connectionLost, message: "the handle is closed")
    }

    /// The parameters of one execution, in memory that stays where it is.
    private final class MySQLParameters {
        let binds: UnsafeMutableBufferPointer<MYSQL_BIND>
        private var buffers: [UnsafeMutableRawBufferPointer] = []

        init(_ parameters: [SQLValue]) {
            binds = .allocate(capacity: parameters.count)
            binds.initialize(repeating: MYSQL_BIND())
            for (index, parameter) in parameters.enumerated() { bind(parameter, at: index) }
        }

        private func bind(_ parameter: SQLValue, at index: Int) {
            switch parameter {
            case .null:
                binds[index].buffer_type = MYSQL_TYPE_NULL
            case .integer(let value):
                binds[index].buffer_type = MYSQL_TYPE_LONGLONG
                withUnsafeBytes(of: value) { copy($0, to: index) }
            case .double(let value):
                binds[index].buffer_type = MYSQL_TYPE_DOUBLE
                withUnsafeBytes(of: value) { copy($0, to: index) }
            case .text(var value):
                binds[index].buffer_type = MYSQL_TYPE_STRING
                value.withUTF8 { copy(UnsafeRawBufferPointer($0), to: index) }
            case .blob(let value):
                binds[index].buffer_type = MYSQL_TYPE_BLOB
                value.withUnsafeBytes { copy($0, to: index) }
            }
        }

        private func copy(_ bytes: UnsafeRawBufferPointer, to index: Int) {
            // At least one byte, so that the pointer is never null.
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 8)
            buffer.copyMemory(from: bytes)
            buffers.append(buffer)
            binds[index].buffer = buffer.baseAddress
            binds[index].buffer_length = UInt(bytes.count)
            binds[index].length_value = UInt(bytes.count)
        }

        deinit {
            for buffer in buffers { buffer.deallocate() }
            binds.deallocate()
        }
    }

    /// Where libmariadb puts one row.
    private final class MySQLResultBuffers {
        private enum Shape {
            case integer
            case double
            case text
            case blob
        }

        /// Longer values take one more call each.
        private static let inlineCapacity = 256

        let binds: UnsafeMutableBufferPointer<MYSQL_BIND>
        private let lengths: UnsafeMutableBufferPointer<UInt>
        private let areNull: UnsafeMutableBufferPointer<my_bool>
        private let storage: UnsafeMutableRawPointer
        private let shapes: [Shape]

        init(_ fields: UnsafeBufferPointer<MYSQL_FIELD>) {
            let count = fields.count
            binds = .allocate(capacity: count)
            binds.initialize(repeating: MYSQL_BIND())
            lengths = .allocate(capacity: count)
            lengths.initialize(repeating: 0)
            areNull = .allocate(capacity: count)
            areNull.initialize(repeating: 0)
            storage = .allocate(byteCount: count * Self.inlineCapacity, alignment: 8)
            shapes = fields.map { Self.shape(of: $0) }
            for index in 0..<count {
                binds[index].buffer = storage + index * Self.inlineCapacity
                binds[index].buffer_length = UInt(Self.inlineCapacity)
                binds[index].length = lengths.baseAddress.map { $0 + index }
                binds[index].is_null = areNull.baseAddress.map { $0 + index }
                switch shapes[index] {
                case .integer:
                    binds[index].buffer_type = MYSQL_TYPE_LONGLONG
                    binds[index].is_unsigned = fields[index].flags & UInt32(UNSIGNED_FLAG) != 0 ? 1 : 0
                case .double: binds[index].buffer_type = MYSQL_TYPE_DOUBLE
                case .text, .blob: binds[index].buffer_type = MYSQL_TYPE_STRING
                }
            }
        }

        private static func shape(of field: MYSQL_FIELD) -> Shape {
            let binaryCharacterSet: UInt32 = 63
            return switch field.type {
            case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_LONG, MYSQL_TYPE_INT24, MYSQL_TYPE_LONGLONG,
                MYSQL_TYPE_YEAR:
                .integer
            case MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE: .double
            case MYSQL_TYPE_STRING, MYSQL_TYPE_VAR_STRING, MYSQL_TYPE_VARCHAR, MYSQL_TYPE_BLOB, MYSQL_TYPE_TINY_BLOB,
                MYSQL_TYPE_MEDIUM_BLOB, MYSQL_TYPE_LONG_BLOB, MYSQL_TYPE_BIT, MYSQL_TYPE_GEOMETRY:
                field.charsetnr == binaryCharacterSet ? .blob : .text
            default: .text  // dates and decimals, which libmariadb writes as text
            }
        }

        func value(at index: Int, of statement: UnsafeMutablePointer<MYSQL_STMT>) throws(SQLError) -> SQLValue {
            if areNull[index] != 0 { return .null }
            let start = storage + index * Self.inlineCapacity
            switch shapes[index] {
            case .integer:
                if binds[index].is_unsigned != 0, start.load(as: UInt64.self) > UInt64(Int64.max) {
                    throw .integerIsTooLarge
                }
                return .integer(start.load(as: Int64.self))
            case .double:
                return .double(start.load(as: Double.self))
            case .text:
                guard let text = String(validating: bytes(at: index, of: statement), as: UTF8.self) else {
                    throw .textIsNotUTF8
                }
                return .text(text)
            case .blob:
                return .blob(bytes(at: index, of: statement))
            }
        }

        private func bytes(at index: Int, of statement: UnsafeMutablePointer<MYSQL_STMT>) -> [UInt8] {
            let count = Int(lengths[index])
            if count <= Self.inlineCapacity {
                return Array(UnsafeRawBufferPointer(start: storage + index * Self.inlineCapacity, count: count))
            }
            return Array(unsafeUninitializedCapacity: count) { buffer, initialized in
                var bind = MYSQL_BIND()
                bind.buffer_type = MYSQL_TYPE_STRING
                bind.buffer = UnsafeMutableRawPointer(buffer.baseAddress)
                bind.buffer_length = UInt(count)
                mysql_stmt_fetch_column(statement, &bind, UInt32(index), 0)
                initialized = count
            }
        }

        deinit {
            binds.deallocate()
            lengths.deallocate()
            areNull.deallocate()
            storage.deallocate()
        }
    }
#endif

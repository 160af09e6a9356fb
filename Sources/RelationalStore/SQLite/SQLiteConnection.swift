import CSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One SQLite handle and its prepared statements, used on one thread only.
///
/// This file is the only one that sees SQLite's pointers.
final class SQLiteConnection: SQLConnection {
    private var handle: OpaquePointer?
    private var statements: StatementCache<OpaquePointer>
    private let watch = SQLiteWatch()
    private(set) var isBroken = false
    let interrupter: Interrupter

    init(path: String?, role: ConnectionRole, statementCacheCapacity: Int) throws(SQLError) {
        // NOMUTEX: the handle is confined to one thread, so SQLite need not lock it.
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path ?? ":memory:", &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            sqlite3_close_v2(handle)
            throw .sqlite(code)
        }
        self.handle = handle
        statements = StatementCache(capacity: statementCacheCapacity)
        let target = InterruptTarget(handle: handle)
        interrupter = Interrupter { [watch] in
            watch.interrupt()
            sqlite3_interrupt(target.handle)
        }
        do throws(SQLError) {
            try configure(handle, isFile: path != nil, role: role)
        } catch {
            close()
            throw error
        }
    }

    private func configure(_ handle: OpaquePointer, isFile: Bool, role: ConnectionRole) throws(SQLError) {
        // The handle is closed in close(), before this object and its watch can go.
        let context = Unmanaged.passUnretained(watch).toOpaque()
        sqlite3_progress_handler(handle, 1000, stopIfAbandoned, context)
        sqlite3_busy_handler(handle, waitForLock, context)
        watch.start(lockTimeout: .seconds(2))
        if isFile {
            if sqlite3_db_readonly(handle, "main") == 1 {
                throw SQLError(.readOnly, message: "the database file is not writable")
            }
            // Changing the mode needs the file alone and, unlike other statements, may not wait for it: read first.
            if try run("PRAGMA journal_mode", []).rows.first?.values != [.text("wal")] {
                try retryingWhileBusy { () throws(SQLError) in try run("PRAGMA journal_mode = WAL", []) }
            }
            try run("PRAGMA synchronous = NORMAL", [])
        }
        try run("PRAGMA foreign_keys = ON", [])
        if role == .readOnly { try run("PRAGMA query_only = ON", []) }
    }

    private func retryingWhileBusy(_ body: () throws(SQLError) -> SQLOutcome) throws(SQLError) {
        var attempt = 0
        while true {
            do throws(SQLError) {
                _ = try body()
                return
            } catch {
                guard error.kind == .busy, let pause = watch.pause(before: attempt) else { throw error }
                usleep(pause)
                attempt += 1
            }
        }
    }

    var dialect: SQLDialect { .sqlite }

    var isPeerGone: Bool { false }

    var session: ServerSession? { nil }

    func kill(_ orphan: ServerSession) {}

    var isInTransaction: Bool { handle.map { sqlite3_get_autocommit($0) == 0 } ?? false }

    func prepare(lockTimeout: Duration) {
        watch.start(lockTimeout: lockTimeout)
    }

    func ping() throws(SQLError) { try run("SELECT 1 FROM sqlite_schema LIMIT 1", []) }

    // IMMEDIATE: a transaction that reads first and writes later could fail with a stale snapshot.
    func begin() throws(SQLError) { try run("BEGIN IMMEDIATE", []) }

    func commit() throws(SQLError) { try run("COMMIT", []) }

    func rollback() throws(SQLError) {
        // An abandoned operation must still be able to roll back.
        watch.start(lockTimeout: .zero)
        try run("ROLLBACK", [])
    }

    func close() {
        interrupter.disarm()
        for statement in statements.removeAll() { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
        handle = nil
    }

    @discardableResult
    func run(_ text: String, _ parameters: [SQLValue]) throws(SQLError) -> SQLOutcome {
        guard let handle else { throw SQLError(.connectionLost, message: "the handle is closed") }
        let statement = try prepared(text, on: handle)
        // At once, so that no statement keeps a read transaction or a parameter's bytes alive.
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        try bind(parameters, to: statement)
        let changesBefore = sqlite3_total_changes64(handle)
        sqlite3_set_last_insert_rowid(handle, 0)
        var outcome = SQLOutcome()
        outcome.rows = try rows(of: statement, on: handle)
        if sqlite3_total_changes64(handle) != changesBefore {
            outcome.changes = Int(sqlite3_changes64(handle))
            let id = sqlite3_last_insert_rowid(handle)
            outcome.lastInsertID = id == 0 ? nil : id
        }
        return outcome
    }

    private func prepared(_ text: String, on handle: OpaquePointer) throws(SQLError) -> OpaquePointer {
        if let statement = statements.statement(for: text) { return statement }
        var text = text
        let (code, statement, hasTail) = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { bytes in
                var statement: OpaquePointer?
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(
                    handle, bytes.baseAddress, Int32(bytes.count), UInt32(SQLITE_PREPARE_PERSISTENT), &statement, &tail)
                let rest = utf8.dropFirst(tail.map { $0 - (bytes.baseAddress ?? $0) } ?? utf8.count)
                return (code, statement, rest.contains { !$0.isSQLSpace })
            }
        }
        // The text is fixed and has no data in it yet, so SQLite's words about it can be shown.
        guard code == SQLITE_OK else { throw noted(.sqlite(code, detail: String(cString: sqlite3_errmsg(handle)))) }
        guard let statement, !hasTail else {
            sqlite3_finalize(statement)
            throw SQLError(.invalidStatement, message: "the text must hold exactly one statement")
        }
        if let evicted = statements.insert(statement, for: text) { sqlite3_finalize(evicted) }
        return statement
    }

    private func bind(_ parameters: [SQLValue], to statement: OpaquePointer) throws(SQLError) {
        let expected = Int(sqlite3_bind_parameter_count(statement))
        guard expected == parameters.count else { throw .parameterCount(expected, parameters.count) }
        for (index, parameter) in zip(Int32(1)..., parameters) {
            let code =
                switch parameter {
                case .null: sqlite3_bind_null(statement, index)
                case .integer(let value): sqlite3_bind_int64(statement, index, value)
                case .double(let value): sqlite3_bind_double(statement, index, value)
                case .text(var value): value.withUTF8 { bindText($0, to: statement, index) }
                case .blob(let value): value.withUnsafeBytes { bindBlob($0, to: statement, index) }
                }
            guard code == SQLITE_OK else { throw .sqlite(code) }
        }
    }

    private func bindText(_ utf8: UnsafeBufferPointer<UInt8>, to statement: OpaquePointer, _ index: Int32) -> Int32 {
        utf8.withMemoryRebound(to: CChar.self) { bytes in
            // A null pointer would bind NULL.
            guard let start = bytes.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, nil) }
            return sqlite3_bind_text64(
                statement, index, start, UInt64(bytes.count), csqlite_transient(), UInt8(SQLITE_UTF8))
        }
    }

    private func bindBlob(_ bytes: UnsafeRawBufferPointer, to statement: OpaquePointer, _ index: Int32) -> Int32 {
        guard let start = bytes.baseAddress else { return sqlite3_bind_zeroblob(statement, index, 0) }
        return sqlite3_bind_blob64(statement, index, start, UInt64(bytes.count), csqlite_transient())
    }

    private func rows(of statement: OpaquePointer, on handle: OpaquePointer) throws(SQLError) -> [SQLRow] {
        var rows: [SQLRow] = []
        var columns: SQLColumns?
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                let table = columns ?? Self.columns(of: statement)
                columns = table
                var values: [SQLValue] = []
                values.reserveCapacity(table.names.count)
                for index in table.names.indices { values.append(try Self.value(statement, Int32(index))) }
                rows.append(SQLRow(table, values))
            case SQLITE_DONE:
                return rows
            case let code:
                // A constraint's message has names only; others may quote data.
                let isConstraint = code & 0xFF == SQLITE_CONSTRAINT
                throw noted(.sqlite(code, detail: isConstraint ? String(cString: sqlite3_errmsg(handle)) : nil))
            }
        }
    }

    private static func columns(of statement: OpaquePointer) -> SQLColumns {
        SQLColumns(
            (0..<sqlite3_column_count(statement)).map { index in
                sqlite3_column_name(statement, index).map { String(cString: $0) } ?? ""
            })
    }

    private static func value(_ statement: OpaquePointer, _ index: Int32) throws(SQLError) -> SQLValue {
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, index))
        case SQLITE_FLOAT: return .double(sqlite3_column_double(statement, index))
        case SQLITE_TEXT:
            // The pointer before the length: asking for text may convert the value and change its length.
            let start = sqlite3_column_text(statement, index)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, index)))
            guard let text = String(validating: bytes, as: UTF8.self) else { throw .textIsNotUTF8 }
            return .text(text)
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, index)
            let count = Int(sqlite3_column_bytes(statement, index))
            return .blob(Array(UnsafeRawBufferPointer(start: start, count: count)))
        default: return .null
        }
    }

    /// Remembers that a handle whose file failed should be opened anew.
    private func noted(_ error: SQLError) -> SQLError {
        if error.kind == .corrupt || error.kind == .unavailable { isBroken = true }
        return error
    }
}

/// The handle, on its way to another thread.
///
/// SAFETY: `sqlite3_interrupt` may be called from any thread while the handle is open, and does nothing but set a
/// flag; ``Interrupter`` calls it under a lock and is disarmed before the handle is closed. The compiler cannot know
/// what a C function allows. Remove when C pointers can be marked for such use.
private struct InterruptTarget: @unchecked Sendable {
    let handle: OpaquePointer
}

/// Called by SQLite every thousand steps of its machine; 1 ends the statement.
private func stopIfAbandoned(_ context: UnsafeMutableRawPointer?) -> Int32 {
    guard let context else { return 0 }
    return Unmanaged<SQLiteWatch>.fromOpaque(context).takeUnretainedValue().wantsStop ? 1 : 0
}

/// Called by SQLite when a lock is taken; 0 gives up.
///
/// It blocks the connection's own thread only.
private func waitForLock(_ context: UnsafeMutableRawPointer?, _ attempt: Int32) -> Int32 {
    guard let context else { return 0 }
    let watch = Unmanaged<SQLiteWatch>.fromOpaque(context).takeUnretainedValue()
    guard let pause = watch.pause(before: Int(attempt)) else { return 0 }
    usleep(pause)
    return 1
}

extension UInt8 {
    /// Whether this byte may follow a statement's end without being a second statement.
    fileprivate var isSQLSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) || self == UInt8(ascii: ";") }
}

import CSQLite

extension SQLError {
    /// Classifies a failure of SQLite.
    ///
    /// - Parameters:
    ///   - code: The extended result code.
    ///   - detail: SQLite's own words, where they can hold names and statement text but no data.
    /// - Returns: The error.
    static func sqlite(_ code: Int32, detail: String? = nil) -> SQLError {
        let kind = kind(ofSQLite: code)
        return SQLError(
            kind,
            message: detail ?? String(cString: sqlite3_errstr(code)),
            vendorCode: Int(code),
            isSafeToRetry: kind == .busy || kind == .retryTransaction)
    }

    private static func kind(ofSQLite code: Int32) -> Kind {
        switch code {
        case SQLITE_CONSTRAINT | 8 << 8, SQLITE_CONSTRAINT | 6 << 8, SQLITE_CONSTRAINT | 10 << 8:
            return .uniqueViolation  // _UNIQUE, _PRIMARYKEY, _ROWID: macros that Swift does not import
        case SQLITE_BUSY | 2 << 8:
            return .retryTransaction  // _SNAPSHOT
        default:
            break
        }
        return switch code & 0xFF {
        case SQLITE_CONSTRAINT, SQLITE_MISMATCH: .constraintViolation
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_INTERRUPT: .cancelled
        case SQLITE_READONLY: .readOnly
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH, SQLITE_IOERR: .unavailable
        case SQLITE_FULL: .diskFull
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
        case SQLITE_TOOBIG, SQLITE_RANGE: .invalidValue
        case SQLITE_ERROR: .invalidStatement
        default: .other
        }
    }
}

#if PostgreSQL
    import CLibPQ

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// A result of libpq; it frees it.
    struct PostgreSQLResult: ~Copyable {
        let pointer: OpaquePointer

        deinit {
            PQclear(pointer)
        }

        var status: ExecStatusType { PQresultStatus(pointer) }

        var isFailure: Bool { status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE }

        /// Whether the server now waits for a stream, or sends one.
        var isCopy: Bool { status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH }

        /// SQLSTATE of a failure; nil if it is libpq's own, which means that the line broke.
        var sqlState: String? { clibpq_sqlstate(pointer).map { String(cString: $0) } }

        func error(wasSent: Bool) -> SQLError {
            guard let state = sqlState else { return .postgreSQLConnectionLost(wasSent: wasSent) }
            let detail = clibpq_primary_message(pointer).map { String(cString: $0) }
            return .postgreSQL(state: state, detail: detail, wasSent: wasSent)
        }

        /// Reads everything.
        ///
        /// - Parameter known: The columns, if the statement has run before.
        /// - Returns: The outcome, and the columns for the next time.
        /// - Throws: ``SQLError`` `.invalidValue` for text that is not UTF-8.
        func outcome(_ known: PostgreSQLColumns?) throws(SQLError) -> (SQLOutcome, PostgreSQLColumns?) {
            var outcome = SQLOutcome()
            outcome.changes = changes
            guard status == PGRES_TUPLES_OK else { return (outcome, nil) }
            let columns = known ?? PostgreSQLColumns(of: pointer)
            let count = PQntuples(pointer)
            outcome.rows.reserveCapacity(Int(count))
            for row in 0..<count {
                var values: [SQLValue] = []
                values.reserveCapacity(columns.shapes.count)
                for index in columns.shapes.indices { values.append(try value(row, index, columns.shapes[index])) }
                outcome.rows.append(SQLRow(columns.table, values))
            }
            if case .integer(let id)? = outcome.rows.last?.values.first, tag(startsWith: "INSERT") {
                outcome.lastInsertID = id
            }
            return (outcome, columns)
        }

        /// What the command's tag counts, if that is changes: `SELECT 3` is none.
        private var changes: Int {
            guard
                tag(startsWith: "INSERT") || tag(startsWith: "UPDATE") || tag(startsWith: "DELETE")
                    || tag(startsWith: "MERGE")
            else { return 0 }
            return PQcmdTuples(pointer).map { Int(strtoll($0, nil, 10)) } ?? 0
        }

        private func tag(startsWith word: String) -> Bool {
            strncmp(PQcmdStatus(pointer), word, word.utf8.count) == 0
        }

        private func value(
            _ row: Int32, _ index: Int, _ shape: PostgreSQLColumns.Shape
        ) throws(SQLError) -> SQLValue {
            let column = Int32(index)
            guard PQgetisnull(pointer, row, column) == 0, let start = PQgetvalue(pointer, row, column) else {
                return .null
            }
            switch shape {
            case .integer: return .integer(strtoll(start, nil, 10))
            case .boolean: return .integer(start.pointee == CChar(bitPattern: UInt8(ascii: "t")) ? 1 : 0)
            case .double: return .double(strtod(start, nil))
            case .text:
                let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(pointer, row, column)))
                guard let text = String(validating: bytes, as: UTF8.self) else { throw .textIsNotUTF8 }
                return .text(text)
            case .blob: return .blob(try Self.bytes(start))
            }
        }

        private static func bytes(_ text: UnsafeMutablePointer<CChar>) throws(SQLError) -> [UInt8] {
            var count = 0
            guard let start = PQunescapeBytea(text, &count) else { throw SQLError(.other, message: "out of memory") }
            defer { PQfreemem(start) }
            return Array(UnsafeBufferPointer(start: start, count: count))
        }
    }
#endif

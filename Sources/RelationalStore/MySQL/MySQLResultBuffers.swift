#if MySQL
    import CMariaDB

    /// Where libmariadb puts one row.
    final class MySQLResultBuffers {
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

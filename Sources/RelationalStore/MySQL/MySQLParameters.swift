#if MySQL
    import CMariaDB

    /// The parameters of one execution, in memory that stays where it is.
    final class MySQLParameters {
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
#endif

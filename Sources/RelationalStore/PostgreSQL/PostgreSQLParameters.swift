#if PostgreSQL
    import CLibPQ

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// The parameters of one execution, as libpq takes them.
    ///
    /// Numbers and bytes are sent in binary with their type, so that nothing is written out and parsed again, and so
    /// that `SELECT ?` gives back what went in. Text and NULL are sent without a type: the server takes it from where
    /// they stand, and a text can become a date or JSON. Binary text would not allow that.
    final class PostgreSQLParameters {
        private(set) var values: [UnsafePointer<CChar>?] = []
        private(set) var lengths: [Int32] = []
        private(set) var formats: [Int32] = []
        private var storage: UnsafeMutableRawPointer?

        /// - Throws: ``SQLError`` `.invalidValue` for a text that holds a NUL.
        init(_ parameters: [SQLValue]) throws(SQLError) {
            if parameters.isEmpty { return }
            let sizes = parameters.map(Self.size)
            var next = UnsafeMutableRawPointer.allocate(byteCount: sizes.reduce(1, +), alignment: 8)
            storage = next
            for (parameter, size) in zip(parameters, sizes) {
                try write(parameter, to: next)
                next += size
            }
        }

        /// The number in `pg_type` of the type that a value is sent with; 0 leaves the choice to the server.
        static func type(of value: SQLValue) -> Oid {
            switch value {
            case .null, .text: 0
            case .integer: 20
            case .double: 701
            case .blob: 17
            }
        }

        private static func size(_ value: SQLValue) -> Int {
            switch value {
            case .null: 0
            case .integer, .double: 8
            case .text(let text): text.utf8.count + 1
            case .blob(let bytes): bytes.count
            }
        }

        private func write(_ value: SQLValue, to place: UnsafeMutableRawPointer) throws(SQLError) {
            switch value {
            case .null: add(nil, count: 0, isBinary: false)
            case .integer(let number):
                place.storeBytes(of: number.bigEndian, as: Int64.self)
                add(place, count: 8, isBinary: true)
            case .double(let number):
                place.storeBytes(of: number.bitPattern.bigEndian, as: UInt64.self)
                add(place, count: 8, isBinary: true)
            case .text(var text):
                let count = text.utf8.count
                let holdsNUL = text.withUTF8 { utf8 in
                    // It ends with a NUL, where the server stops reading.
                    place.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
                    let room = UnsafeMutableRawBufferPointer(start: place, count: count)
                    room.copyMemory(from: UnsafeRawBufferPointer(utf8))
                    return memchr(place, 0, count) != nil
                }
                if holdsNUL { throw .textHoldsNUL }
                add(place, count: count, isBinary: false)
            case .blob(let bytes):
                let room = UnsafeMutableRawBufferPointer(start: place, count: bytes.count)
                bytes.withUnsafeBytes { room.copyMemory(from: $0) }
                add(place, count: bytes.count, isBinary: true)
            }
        }

        private func add(_ place: UnsafeMutableRawPointer?, count: Int, isBinary: Bool) {
            values.append(place.map { UnsafePointer($0.assumingMemoryBound(to: CChar.self)) })
            lengths.append(Int32(clamping: count))
            formats.append(isBinary ? 1 : 0)
        }

        deinit {
            storage?.deallocate()
        }
    }
#endif

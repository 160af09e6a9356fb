#if PostgreSQL
    import CLibPQ

    /// The columns of a result, and how to read each.
    final class PostgreSQLColumns {
        enum Shape {
            case boolean
            case integer
            case double
            case text
            case blob
        }

        let table: SQLColumns
        let shapes: [Shape]

        init(of result: OpaquePointer) {
            let indices = 0..<PQnfields(result)
            table = SQLColumns(indices.map { PQfname(result, $0).map { String(cString: $0) } ?? "" })
            shapes = indices.map { Self.shape(ofType: PQftype(result, $0)) }
        }

        /// The fixed numbers of built-in types, from the catalogue `pg_type`.
        private static func shape(ofType number: Oid) -> Shape {
            switch number {
            case 16: .boolean
            case 20, 21, 23, 26: .integer  // int8, int2, int4, oid
            case 700, 701: .double
            case 17: .blob
            default: .text  // dates, numerics, UUIDs and JSON as well, as the server writes them
            }
        }
    }
#endif

#if PostgreSQL
    extension SQLError {
        /// Classifies a failure that a server reported.
        ///
        /// - Parameters:
        ///   - state: SQLSTATE.
        ///   - detail: The server's words; kept only for classes whose words hold names and no data.
        ///   - wasSent: Whether the statement had been given to the server, outside a transaction.
        /// - Returns: The error.
        static func postgreSQL(state: String, detail: String?, wasSent: Bool) -> SQLError {
            let kind = kind(ofState: state)
            // The session ended before it took the statement.
            let wasIdle = state == "57P03" || state == "57P05"
            let isAmbiguous = kind == .connectionLost && wasSent && !wasIdle
            let isUndone =
                kind == .busy || kind == .retryTransaction || kind == .overloaded || kind == .unavailable
                || kind == .connectionLost && !isAmbiguous
            return SQLError(
                kind, message: (holdsNoData(state) ? detail : nil) ?? message(for: kind), sqlState: state,
                isSafeToRetry: isUndone, isAmbiguous: isAmbiguous)
        }

        /// The line to the server broke, or the server stayed silent for too long.
        static func postgreSQLConnectionLost(wasSent: Bool) -> SQLError {
            SQLError(
                .connectionLost, message: message(for: .connectionLost), isSafeToRetry: !wasSent, isAmbiguous: wasSent)
        }

        /// Syntax, constraints, transactions and operation speak of names; wrong values (22) and raised
        /// exceptions (P0) repeat data.
        private static func holdsNoData(_ state: String) -> Bool {
            ["08", "0A", "23", "25", "26", "28", "3D", "40", "42", "53", "55", "57"].contains(state.prefix(2))
        }

        /// The codes of the manual's appendix A.
        private static func kind(ofState state: String) -> Kind {
            switch state {
            case "23505": return .uniqueViolation
            case "22021", "22P05": return .invalidValue  // bytes that are no text in the database's encoding
            case "08P01": return .invalidValue  // a wrong number of parameters; whether the line held is seen apart
            case "25006": return .readOnly
            case "25P02": return .transactionAborted
            case "25P03", "57P01", "57P02", "57P03", "57P05", "40003": return .connectionLost
            case "57P04": return .unavailable
            case "57014": return .timeout
            case "55P03": return .busy
            case "42501": return .accessDenied
            case "53100": return .diskFull
            default: break
            }
            return switch state.prefix(2) {
            case "08": .connectionLost
            case "22", "23": .constraintViolation
            case "28": .accessDenied
            case "40": .retryTransaction
            case "53": .overloaded
            case "54": .invalidValue
            case "58": .unavailable
            case "3D": .unavailable
            case "XX": .corrupt
            case "0A", "25", "26", "34", "3F", "42": .invalidStatement
            default: .other
            }
        }

        private static func message(for kind: Kind) -> String {
            switch kind {
            case .constraintViolation: "a constraint or a column's type refused a value"
            case .connectionLost: "the connection to the server was lost"
            case .unavailable: "the server cannot be reached"
            case .invalidValue: "a parameter is too large, or no text of the database's encoding"
            case .corrupt: "the server found its data damaged"
            default: "the server refused the statement"
            }
        }
    }
#endif

#if MySQL
    extension SQLError {
        /// Classifies a failure of a server or of libmariadb.
        ///
        /// - Parameters:
        ///   - code: The error number.
        ///   - state: SQLSTATE.
        ///   - detail: The server's words, where they can hold names and statement text but no data. Many messages
        ///     quote a value (`Duplicate entry '…' for key`), so most are not kept.
        ///   - wasSent: Whether the statement had been given to the server, outside a transaction.
        /// - Returns: The error.
        static func mysql(_ code: UInt32, state: String, detail: String?, wasSent: Bool) -> SQLError {
            let kind = kind(ofMySQL: code)
            // 2006 means that sending failed: the server did not get the whole statement.
            let isAmbiguous = kind == .connectionLost && wasSent && code != 2006
            let isUndone =
                kind == .busy || kind == .retryTransaction || kind == .overloaded
                || kind == .connectionLost && !isAmbiguous
            return SQLError(
                kind, message: detail ?? message(for: kind), sqlState: state, vendorCode: Int(code),
                isSafeToRetry: isUndone, isAmbiguous: isAmbiguous)
        }

        /// The numbers of MySQL's and MariaDB's error lists, and of libmariadb's from 2000 on.
        private static func kind(ofMySQL code: UInt32) -> Kind {
            switch code {
            case 1062, 1586, 1859: .uniqueViolation
            case 1048, 1216, 1217, 1264, 1265, 1292, 1364, 1366, 1406, 1451, 1452, 1557, 3819, 4025:
                .constraintViolation
            case 1205: .busy
            case 1213, 1020: .retryTransaction
            case 1053, 1077, 1079, 1158, 1159, 1160, 1161, 1317, 1927, 2006, 2013, 2055, 4031: .connectionLost
            case 2001...2005, 2007...2012, 2026, 2059, 1049, 1129, 1130: .unavailable
            case 1044, 1045, 1142, 1143, 1227, 1251, 1698, 1820, 1862: .accessDenied
            case 1290, 1792, 1836: .readOnly
            case 1040, 1203, 1226: .overloaded
            case 1969, 3024: .timeout
            case 1021, 1114: .diskFull
            case 1054, 1064, 1065, 1146, 1149, 1295, 1305: .invalidStatement
            case 1153, 2020, 2034: .invalidValue
            default: .other
            }
        }

        private static func message(for kind: Kind) -> String {
            switch kind {
            case .uniqueViolation: "a unique key holds the value already"
            case .constraintViolation: "a constraint or a column's type refused a value"
            case .busy: "another transaction held a lock for too long"
            case .retryTransaction: "the transaction was rolled back for a deadlock"
            case .connectionLost: "the connection to the server was lost"
            case .unavailable: "the server cannot be reached"
            case .accessDenied: "the server refused the user, the password or the operation"
            case .readOnly: "the server accepts no changes"
            case .overloaded: "the server has no connection left"
            case .timeout: "the server ended the statement at its time limit"
            case .diskFull: "the server's disk or the table is full"
            case .invalidStatement: "the statement is wrong"
            case .invalidValue: "the statement's parameters are too large"
            default: "the server refused the statement"
            }
        }
    }
#endif

#if MySQL
    import CMariaDB

    extension MySQLConnection {
        /// Connects and says who calls; the session is still as the server makes it.
        ///
        /// - Throws: ``SQLError`` `.unavailable`, `.accessDenied` or `.overloaded`.
        static func connect(
            to address: MySQLAddress, _ timeouts: MySQLTimeouts
        ) throws(SQLError) -> UnsafeMutablePointer<MYSQL> {
            _ = isLibraryReady
            guard let handle = mysql_init(nil) else { throw SQLError(.other, message: "out of memory") }
            setOptions(of: handle, address, timeouts)
            // FOUND_ROWS: an update counts the rows it matched, as in SQLite.
            let flags = UInt(CLIENT_FOUND_ROWS)
            guard
                mysql_real_connect(
                    handle, address.host, address.user, address.password, address.database,
                    UInt32(address.port), address.socket, flags) != nil
            else {
                let error = connectError(of: handle)
                mysql_close(handle)
                throw error
            }
            return handle
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
            // libmariadb would take `localhost` for the Unix socket that it was built with.
            if address.socket == nil { set(MYSQL_OPT_PROTOCOL, UInt32(MYSQL_PROTOCOL_TCP.rawValue)) }
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
    }
#endif

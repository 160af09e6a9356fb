#if PostgreSQL
    import CLibPQ
    import NIOCore

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    extension PostgreSQLLink {
        /// Connects to one host, for as long as the limits allow.
        ///
        /// - Throws: ``SQLError`` `.unavailable`, `.accessDenied` or `.overloaded`.
        convenience init(
            to host: ServerURL.Host, of address: PostgreSQLAddress, limits: PostgreSQLLimits, watch: PostgreSQLWatch
        ) throws(SQLError) {
            let parameters = try Self.parameters(host, address, limits)
            guard let handle = Self.start(parameters) else { throw SQLError(.other, message: "out of memory") }
            do throws(SQLError) {
                try Self.establish(handle, until: .now() + TimeAmount(limits.connect))
            } catch {
                PQfinish(handle)
                throw error
            }
            self.init(handle, watch: watch, silence: limits.silence)
        }

        /// What libpq is told; what it is not told it would take from the process's environment.
        private static func parameters(
            _ host: ServerURL.Host, _ address: PostgreSQLAddress, _ limits: PostgreSQLLimits
        ) throws(SQLError) -> [(name: String, value: String)] {
            let tls = address.tls(to: host)
            let silence = String(PostgreSQLLimits.milliseconds(limits.silence))
            var parameters = [
                (name: "host", value: host.name), ("port", String(host.port)), ("user", address.user),
                ("password", address.password), ("dbname", address.database), ("sslmode", tls.rawValue),
                ("target_session_attrs", address.target.rawValue), ("client_encoding", "UTF8"),
                ("application_name", "wechat-login"), ("tcp_user_timeout", silence), ("keepalives", "1"),
                ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
                // Neither Kerberos nor a file of passwords is asked for.
                ("gssencmode", "disable"), ("passfile", "/dev/null"),
            ]
            let isRootNamed = address.parameters.contains { $0.name == "sslrootcert" }
            if tls == .verifyFull || tls == .verifyAuthority, !isRootNamed {
                guard let file = CertificateAuthorities.systemFile else {
                    throw SQLError(.unavailable, message: "no certificate authorities found; name a file: sslrootcert")
                }
                parameters.append(("sslrootcert", file))
            }
            // The last one of a name counts.
            return parameters + address.parameters
        }

        private static func start(_ parameters: [(name: String, value: String)]) -> OpaquePointer? {
            let names = parameters.map { strdup($0.name) } + [nil]
            let values = parameters.map { strdup($0.value) } + [nil]
            defer { for pointer in names + values { free(pointer) } }
            return PQconnectStartParams(names.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 0)
        }

        private static func establish(_ handle: OpaquePointer, until limit: NIODeadline) throws(SQLError) {
            clibpq_ignore_notices(handle)
            // Only so do messages hold SQLSTATE, which libpq does not give otherwise for a connection that failed.
            PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
            var step = PGRES_POLLING_WRITING
            while PQstatus(handle) != CONNECTION_BAD, step != PGRES_POLLING_FAILED {
                if step == PGRES_POLLING_OK { return }
                let isReady = isReady(PQsocket(handle), Int16(step == PGRES_POLLING_READING ? POLLIN : POLLOUT), limit)
                guard isReady else {
                    throw SQLError(
                        .unavailable, message: "the server did not answer within the connect timeout",
                        isSafeToRetry: true)
                }
                step = PQconnectPoll(handle)
            }
            throw .postgreSQLConnect(String(cString: PQerrorMessage(handle)))
        }

        private static func isReady(_ descriptor: Int32, _ events: Int16, _ limit: NIODeadline) -> Bool {
            var entry = pollfd(fd: descriptor, events: events, revents: 0)
            while true {
                let rest = (limit - .now()).nanoseconds
                guard rest > 0 else { return false }
                let count = poll(&entry, 1, Int32(clamping: rest / 1_000_000 + 1))
                if count > 0 { return true }
                if count < 0, errno != EINTR { return false }
            }
        }
    }

    extension SQLError {
        /// Classifies a failure to connect by the server's or libpq's words, which name the user, the host, the
        /// database and the certificate, never the password.
        ///
        /// The server's part reads `FATAL:  28P01: …`, in any language.
        static func postgreSQLConnect(_ message: String) -> SQLError {
            var state: String?
            var end = message.endIndex
            if let match = message.firstMatch(of: #/: {2}([0-9A-Z]{5}): /#) { state = String(match.1) }
            if let location = message.firstRange(of: "\nLOCATION:") { end = location.lowerBound }
            let words = message[..<end].split(separator: "\n").joined(separator: " ")
            let kind = state.map { SQLError.postgreSQL(state: $0, detail: nil, wasSent: false).kind } ?? .unavailable
            let isRefusal = kind == .accessDenied
            return SQLError(
                isRefusal || kind == .overloaded ? kind : .unavailable, message: words, sqlState: state,
                isSafeToRetry: !isRefusal)
        }
    }
#endif

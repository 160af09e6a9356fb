#if PostgreSQL
    /// The time limits of a connection, in the milliseconds that the server takes.
    struct PostgreSQLLimits {
        let connect: Duration
        let silence: Duration
        let lock: Duration

        /// Rounds up: 0 would mean no limit.
        static func milliseconds(_ duration: Duration) -> Int64 {
            let (seconds, attoseconds) = duration.components
            return max(1, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
        }

        /// The session's settings, in one statement.
        ///
        /// The server ends by itself what nobody waits for any more. How values are written must not depend on how the
        /// server was set up.
        func settings(serverVersion: Int32) -> String {
            let silence = Self.milliseconds(silence)
            var settings = [
                "statement_timeout = \(silence)", "lock_timeout = \(Self.milliseconds(lock))",
                "idle_in_transaction_session_timeout = \(silence)", "TimeZone = 'UTC'", "DateStyle = 'ISO'",
                "IntervalStyle = 'iso_8601'", "bytea_output = 'hex'", "standard_conforming_strings = on",
                "default_transaction_isolation = 'read committed'",
            ]
            // From this version on the server notices in the middle of a statement that its client is gone.
            if serverVersion >= 140_000 { settings.append("client_connection_check_interval = 1000") }
            return settings.map { "SET SESSION \($0)" }.joined(separator: ";")
        }
    }
#endif

#if MySQL
    /// The time limits of a connection, in the whole seconds that libmariadb takes.
    struct MySQLTimeouts {
        let connect: UInt32
        let silence: UInt32
        let lock: UInt32

        init(connect: Duration, silence: Duration, lock: Duration) {
            self.connect = Self.seconds(connect)
            self.silence = Self.seconds(silence)
            self.lock = Self.seconds(lock)
        }

        /// Rounds up: 0 would mean no limit.
        private static func seconds(_ duration: Duration) -> UInt32 {
            let (seconds, attoseconds) = duration.components
            return UInt32(clamping: max(1, seconds + (attoseconds > 0 ? 1 : 0)))
        }
    }
#endif

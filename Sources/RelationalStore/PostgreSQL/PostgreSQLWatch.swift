#if PostgreSQL
    import CLibPQ
    import Synchronization

    /// Tells the thread that waits for a server that its caller is gone.
    ///
    /// A flag for a thread that is about to wait, and a descriptor to poll for one that waits.
    final class PostgreSQLWatch: Sendable {
        /// Readable once interrupted; -1 if the process has no descriptor left.
        let descriptor = clibpq_make_event()
        /// Changed together with the descriptor: one without the other would interrupt every later operation.
        private let isFired = Mutex(false)

        /// Starts an operation: forgets earlier interrupts.
        func reset() {
            isFired.withLock { isFired in
                if isFired { clibpq_clear_event(descriptor) }
                isFired = false
            }
        }

        func interrupt() {
            isFired.withLock { isFired in
                isFired = true
                clibpq_raise_event(descriptor)
            }
        }

        var isInterrupted: Bool { isFired.withLock { $0 } }

        deinit {
            close(descriptor)
        }
    }
#endif

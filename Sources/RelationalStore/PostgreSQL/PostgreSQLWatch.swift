#if PostgreSQL
    import CLibPQ
    import Synchronization

    /// Tells the thread that waits for a server that its caller is gone.
    ///
    /// A flag for a thread that is about to wait, and a descriptor to poll for one that waits.
    final class PostgreSQLWatch: Sendable {
        /// Readable once interrupted; -1 if the process has no descriptor left.
        let descriptor = clibpq_make_event()
        private let isFired = Atomic<Bool>(false)

        /// Starts an operation: forgets earlier interrupts.
        func reset() {
            if isFired.exchange(false, ordering: .acquiringAndReleasing) { clibpq_clear_event(descriptor) }
        }

        func interrupt() {
            isFired.store(true, ordering: .releasing)
            clibpq_raise_event(descriptor)
        }

        var isInterrupted: Bool { isFired.load(ordering: .acquiring) }

        deinit {
            close(descriptor)
        }
    }
#endif

#if PostgreSQL
    import CLibPQ
    import Dispatch
    import NIOCore
    import NIOPosix

    /// Asks the server, over a connection of its own, to stop what another connection is doing.
    ///
    /// libpq's call blocks without a limit, and a server that hangs does not answer it. So it has threads of its own,
    /// which such a server can keep, and the connection's thread waits for it only as long as it likes.
    final class PostgreSQLCancel: Sendable {
        /// Made when first needed, and kept: a thread may be stuck in a call whenever one wanted to end them.
        private static let threads = {
            let threads = NIOThreadPool(numberOfThreads: 2)
            threads.start()
            return threads
        }()

        /// libpq's copy of what identifies the connection, on its way to another thread.
        ///
        /// SAFETY: `PQcancel` reads it and may be called from any thread, and nothing else uses it. The compiler
        /// cannot know what a C function allows. Remove when C pointers can be marked for such use.
        private struct Target: @unchecked Sendable {
            let pointer: OpaquePointer
        }

        private let end = DispatchSemaphore(value: 0)

        /// Starts to cancel.
        ///
        /// - Parameter connection: What to cancel; only the thread that it belongs to may ask.
        init?(of connection: OpaquePointer) {
            guard let pointer = PQgetCancel(connection) else { return nil }
            let target = Target(pointer: pointer)
            Self.threads.submit { [end] _ in
                withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { reason in
                    _ = PQcancel(target.pointer, reason.baseAddress, Int32(reason.count))
                }
                PQfreeCancel(target.pointer)
                end.signal()
            }
        }

        /// Waits until the server has taken the request: from then on it cannot hit a later statement.
        func hasEnded(by limit: NIODeadline) -> Bool {
            let rest = max(0, (limit - .now()).nanoseconds)
            return end.wait(timeout: .now() + .nanoseconds(Int(rest))) == .success
        }
    }
#endif

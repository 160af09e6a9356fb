#if PostgreSQL
    import CLibPQ
    import NIOCore

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// One connection of libpq: sends one statement at a time and waits for the answer, for a bounded time.
    ///
    /// libpq's own waiting calls know neither limits nor interrupts, so it is used in its non-blocking mode, with
    /// `poll` on the connection's thread. This folder is the only one that sees libpq's pointers.
    final class PostgreSQLLink {
        /// How long the server may take to end a statement that was cancelled, before the connection is given up.
        private static let graceAfterCancel = TimeAmount.seconds(1)

        private enum Event {
            case ready
            case interrupted
            case silence
        }

        private var handle: OpaquePointer?
        private let watch: PostgreSQLWatch
        private let silence: TimeAmount
        /// The connection must not be used again.
        private(set) var isBroken = false

        /// - Parameters:
        ///   - handle: A connection that is established; the link closes it.
        ///   - watch: What interrupts a wait.
        ///   - silence: How long the server may stay silent.
        init(_ handle: OpaquePointer, watch: PostgreSQLWatch, silence: Duration) {
            self.handle = handle
            self.watch = watch
            self.silence = TimeAmount(silence)
            if PQsetnonblocking(handle, 1) != 0 { isBroken = true }
        }

        var serverVersion: Int32 { PQserverVersion(handle) }

        var isInTransaction: Bool {
            let status = PQtransactionStatus(handle)
            return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
        }

        /// Whether a statement failed in the open transaction, so that the server accepts only its end.
        var isTransactionAborted: Bool { PQtransactionStatus(handle) == PQTRANS_INERROR }

        var isPeerGone: Bool { SocketPeer.isGone(PQsocket(handle)) }

        func close() {
            if let handle { PQfinish(handle) }
            handle = nil
            isBroken = true
        }

        /// Sends a text without parameters.
        func command(_ text: String) throws(SQLError) {
            _ = try exchange { PQsendQuery($0, text) }
        }

        /// Sends something and waits for the whole answer.
        ///
        /// - Parameter send: A call of libpq that queues a message; it returns 0 if it could not.
        /// - Returns: The result of the last statement.
        /// - Throws: ``SQLError``; the connection is broken if the answer did not come.
        func exchange(_ send: (OpaquePointer) -> Int32) throws(SQLError) -> PostgreSQLResult {
            guard let handle, !isBroken else { throw .postgreSQLConnectionLost(wasSent: false) }
            if watch.isInterrupted { throw .abandoned }
            let isAlone = !isInTransaction
            guard send(handle) == 1 else { throw lost(wasSent: false) }
            let result = try receive(from: handle, isAlone: isAlone)
            if result.isFailure {
                let error = result.error(wasSent: isAlone)
                if error.kind == .connectionLost || error.kind == .readOnly { isBroken = true }
                throw error
            }
            return result
        }

        /// Sends the rest of what is queued and collects the results; of several, the last, or the first failure.
        private func receive(from handle: OpaquePointer, isAlone: Bool) throws(SQLError) -> PostgreSQLResult {
            var result: PostgreSQLResult?
            var cancel: PostgreSQLCancel?
            var limit = NIODeadline.now() + silence
            var unsent = PQflush(handle)
            while true {
                // After the line broke these calls do not wait: they hand out what the server said before.
                if isBroken || unsent == 0 && PQisBusy(handle) == 0 {
                    guard let pointer = PQgetResult(handle) else { break }
                    let next = PostgreSQLResult(pointer: pointer)
                    if next.isCopy { throw refusedCopy() }
                    if result?.isFailure != true { result = consume next }
                    continue
                }
                switch wait(for: handle, sending: unsent != 0, watching: cancel == nil, until: limit) {
                case .ready:
                    if PQconsumeInput(handle) == 0 || unsent < 0 { isBroken = true }
                    if unsent > 0 { unsent = PQflush(handle) }
                    if cancel == nil { limit = .now() + silence }
                case .interrupted:
                    cancel = PostgreSQLCancel(of: handle)
                    limit = .now() + Self.graceAfterCancel
                    if cancel == nil { throw lost(wasSent: isAlone) }
                case .silence:
                    throw lost(wasSent: isAlone && unsent == 0)
                }
            }
            // A request that is still on its way could hit the next statement.
            if let cancel, !cancel.hasEnded(by: limit) { isBroken = true }
            guard let result else { throw lost(wasSent: isAlone && unsent == 0) }
            return result
        }

        private func wait(
            for handle: OpaquePointer, sending: Bool, watching: Bool, until limit: NIODeadline
        ) -> Event {
            withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { entries in
                let events = Int16(POLLIN) | (sending ? Int16(POLLOUT) : 0)
                entries[0] = pollfd(fd: PQsocket(handle), events: events, revents: 0)
                // A negative descriptor is passed over.
                entries[1] = pollfd(fd: watching ? watch.descriptor : -1, events: Int16(POLLIN), revents: 0)
                while true {
                    let rest = (limit - .now()).nanoseconds
                    guard rest > 0 else { return .silence }
                    let count = poll(entries.baseAddress, 2, Int32(clamping: rest / 1_000_000 + 1))
                    if count > 0 { return entries[1].revents != 0 ? .interrupted : .ready }
                    if count < 0, errno != EINTR { return .silence }
                }
            }
        }

        private func lost(wasSent: Bool) -> SQLError {
            isBroken = true
            return .postgreSQLConnectionLost(wasSent: wasSent)
        }

        private func refusedCopy() -> SQLError {
            // The server now expects, or sends, a stream that nobody serves.
            isBroken = true
            return SQLError(.invalidStatement, message: "COPY from and to the client is not supported")
        }
    }
#endif

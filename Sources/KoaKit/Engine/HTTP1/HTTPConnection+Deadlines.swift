import NIOCore

/// What happens when the client or the handler stands still.
extension HTTPConnection {
    /// Sets the one deadline of the connection to that of what it waits for now.
    func armDeadline() {
        setDeadline(nextDeadline())
    }

    func setDeadline(_ deadline: NIODeadline) {
        deadlines.set(deadline, on: loop, handler: DeadlineHandler(self))
    }

    private func nextDeadline() -> NIODeadline {
        guard life == .open else { return .now() + (isOutputClosed ? periods.linger : writePeriod()) }
        guard let exchange else {
            if let headBegan = arrival.headBegan { return headBegan + periods.header }
            return .now() + (isWritable ? periods.idle : writePeriod())
        }
        switch exchange.phase {
        case .working:
            let isReading = !exchange.isReceived && exchange.body?.wasAsked == true
            if isReading { return exchange.began + periods.body }
            return min(exchange.began + periods.request, exchange.workBegan + periods.handler)
        case .streaming(let streamed):
            if streamed.isWaiting, !isWritable { return .now() + writePeriod() }
            return exchange.awaitsBody ? exchange.began + periods.body : .distantFuture
        case .replied:
            // The rest of a body that nobody reads.
            return .now() + periods.body
        }
    }

    /// The client's time starts anew where it stands.
    private func writePeriod() -> TimeAmount {
        progress.look(buffered: bufferedBytes)
        return periods.write
    }

    private func timerFired() {
        if deadlines.hasPassed(period: periods.request, on: loop, handler: DeadlineHandler(self)) { deadlinePassed() }
    }

    private func deadlinePassed() {
        guard life == .open else {
            return isOutputClosed ? close() : closeUnlessTaken()
        }
        guard let exchange else {
            // An idle connection just ends; a request that never got its head together is told.
            if arrival.headBegan != nil { return refuse(.requestTimeout(after: limits.header)) }
            return closeUnlessTaken()
        }
        switch exchange.phase {
        // Answered, but its body does not end: the client may not have come to read the reply yet.
        case .replied: closeCleanly()
        case .streaming(let streamed):
            if streamed.isWaiting, !isWritable {
                closeUnlessTaken()
            } else if exchange.awaitsBody {
                exchange.body?.fail(HTTPError.requestTimeout(after: limits.body))
                armDeadline()
            } else if deadlines.isLast {
                // The server has stopped.
                closeCleanly()
            } else {
                // That of a body which has come since.
                armDeadline()
            }
        case .working: isOverdue(exchange)
        }
    }

    /// A request has had its time.
    ///
    /// The handler is stopped, not passed over: what it leaves has the header fields that survive an error. One that
    /// does not stop is answered for.
    private func isOverdue(_ exchange: Exchange) {
        if let error = exchange.overdue {
            info.replies?.impose(error)
            exchange.task?.cancel()
            return exchange.flushedHead == nil ? reply(with: error) : truncate(exchange)
        }
        exchange.keepsAlive = false
        if exchange.awaitsBody {
            let error = HTTPError.requestTimeout(after: limits.body)
            exchange.overdue = error
            exchange.body?.fail(error)
        } else {
            let error = HTTPError.handlerTimeout(after: limits.handler)
            exchange.overdue = error
            info.replies?.impose(error)
            exchange.task?.cancel()
        }
        setDeadline(.now() + periods.unwinding)
    }

    /// A deadline is for a client that stands still: one that takes a long reply slowly gets all of it.
    private func closeUnlessTaken() {
        if bufferedBytes > 0, progress.advances(buffered: bufferedBytes) {
            setDeadline(.now() + periods.write)
        } else {
            close()
        }
    }

    /// What the timer holds: the connection, entered on its own loop.
    struct DeadlineHandler: NIOScheduledCallbackHandler, Sendable {
        let connection: NIOLoopBound<HTTPConnection>

        init(_ connection: HTTPConnection) {
            self.connection = NIOLoopBound(connection, eventLoop: connection.loop)
        }

        func handleScheduledCallback(eventLoop: some EventLoop) {
            connection.value.timerFired()
        }
    }
}

extension HTTPError {
    static func requestTimeout(after limit: Duration) -> HTTPError {
        HTTPError(408, "the request did not arrive within \(limit)", reason: .requestTimeout)
    }

    static func handlerTimeout(after limit: Duration) -> HTTPError {
        HTTPError(503, "no answer within \(limit)", reason: .handlerTimeout)
    }
}

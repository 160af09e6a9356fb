import NIOCore
import NIOHTTP2

/// What happens when the client or the handler stands still.
extension HTTP2Stream {
    /// Sets the one deadline of the stream to that of what it waits for now.
    func armDeadline() { setDeadline(nextDeadline()) }

    private func setDeadline(_ deadline: NIODeadline) {
        deadlines.set(deadline, on: loop, handler: DeadlineHandler(self))
    }

    /// Whether the handler waits for bytes that the client has not sent.
    private var awaitsBody: Bool { !isReceived && body?.isAwaited == true }

    private func nextDeadline() -> NIODeadline {
        let periods = service.periods
        switch phase {
        case .idle, .closed: return .distantFuture
        case .working:
            let isReading = !isReceived && body?.wasAsked == true
            return isReading
                ? began + periods.body : min(began + periods.request, workBegan + periods.handler)
        case .streaming(let streamed):
            if streamed.isWaiting, !isWritable { return writeDeadline() }
            return awaitsBody ? began + periods.body : .distantFuture
        case .replied: return writeDeadline()
        }
    }

    /// The client's time starts anew where it stands.
    private func writeDeadline() -> NIODeadline {
        takenWritesAtDeadline = takenWrites
        connectionWritesAtDeadline = service.takenWrites
        return .now() + service.periods.write
    }

    private func timerFired() {
        let period = service.periods.request
        if deadlines.hasPassed(period: period, on: loop, handler: DeadlineHandler(self)) { deadlinePassed() }
    }

    private func deadlinePassed() {
        switch phase {
        case .idle, .closed: break
        case .working: isOverdue()
        case .streaming(let streamed):
            if streamed.isWaiting, !isWritable {
                resetUnlessTaken()
            } else if awaitsBody {
                body?.fail(HTTPError.requestTimeout(after: service.limits.body))
                armDeadline()
            } else {
                // That of a body which has come since.
                armDeadline()
            }
        case .replied: resetUnlessTaken()
        }
    }

    /// The handler is stopped, not passed over: what it leaves has the header fields that survive an error.
    ///
    /// One that does not stop is answered for.
    private func isOverdue() {
        if let overdue {
            replies?.impose(overdue)
            task?.cancel()
            return flushedHead == nil ? reply(with: overdue) : reset(.internalError)
        }
        if awaitsBody {
            let error = HTTPError.requestTimeout(after: service.limits.body)
            overdue = error
            body?.fail(error)
        } else {
            let error = HTTPError.handlerTimeout(after: service.limits.handler)
            overdue = error
            replies?.impose(error)
            task?.cancel()
        }
        setDeadline(.now() + service.periods.unwinding)
    }

    /// A deadline is for a client that stands still: one that takes a long reply slowly gets all of it.
    ///
    /// A producer may wait with nothing of its own on the way, because other streams fill the connection: then what the
    /// client takes of those counts.
    private func resetUnlessTaken() {
        let hasMoved: Bool
        if pendingWrites > 0 {
            hasMoved = takenWrites > takenWritesAtDeadline
        } else if case .streaming = phase {
            hasMoved = service.takenWrites > connectionWritesAtDeadline
        } else {
            return setDeadline(.distantFuture)
        }
        if hasMoved { armDeadline() } else { reset(.cancel) }
    }

    private struct DeadlineHandler: NIOScheduledCallbackHandler, Sendable {
        let stream: NIOLoopBound<HTTP2Stream>

        init(_ stream: HTTP2Stream) {
            self.stream = NIOLoopBound(stream, eventLoop: stream.loop)
        }

        func handleScheduledCallback(eventLoop: some EventLoop) {
            stream.value.timerFired()
        }
    }
}

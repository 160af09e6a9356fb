import NIOCore
import NIOHTTP2

/// What happens when the client or the handler stands still.
extension HTTP2Stream {
    /// Sets the one deadline of the stream to that of what it waits for now.
    func armDeadline() { setDeadline(nextDeadline()) }

    private func setDeadline(_ deadline: NIODeadline) {
        deadlines.set(deadline, on: loop, handler: DeadlineHandler(self))
    }

    /// Whether a handler reads a body that has not ended.
    private var awaitsBody: Bool { !isReceived && body?.wasAsked == true }

    private func nextDeadline() -> NIODeadline {
        let periods = service.periods
        switch phase {
        case .idle, .closed: return .distantFuture
        case .working:
            return began + (awaitsBody ? periods.body : min(periods.handler, periods.request))
        case .streaming(let streamed):
            if streamed.isWaiting, !isWritable { return writeDeadline() }
            return awaitsBody ? began + periods.body : .distantFuture
        case .replied: return writeDeadline()
        }
    }

    /// The client's time starts anew where it stands.
    private func writeDeadline() -> NIODeadline {
        takenWritesAtDeadline = takenWrites
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
            if streamed.isWaiting {
                resetUnlessTaken()
            } else if awaitsBody {
                body?.fail(HTTPError.requestTimeout(after: service.limits.body))
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
            task?.cancel()
            return reply(with: overdue)
        }
        if awaitsBody {
            let error = HTTPError.requestTimeout(after: service.limits.body)
            overdue = error
            body?.fail(error)
        } else {
            overdue = .handlerTimeout(after: service.limits.handler)
            task?.cancel()
        }
        setDeadline(.now() + service.periods.unwinding)
    }

    /// A deadline is for a client that stands still: one that takes a long reply slowly gets all of it.
    private func resetUnlessTaken() {
        guard pendingWrites > 0 else { return setDeadline(.distantFuture) }
        if takenWrites > takenWritesAtDeadline { armDeadline() } else { reset(.cancel) }
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

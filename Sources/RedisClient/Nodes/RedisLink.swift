import NIOCore

/// One event loop's way to the server: makes a connection, notices its end, and makes the next one.
///
/// Lives on its loop. At most one connection is being made at a time.
final class RedisLink {
    enum Status {
        case idle
        case connecting
        case ready
        /// Waiting to try again; the error is what commands get meanwhile.
        case pausing(RedisError)
        case shutdown
    }

    let eventLoop: any EventLoop
    let locator: any ServerLocator
    /// Tells the links of the other loops that the server is there again.
    let recovery: NodeRecovery
    let resources: ClientResources

    var status = Status.idle
    var backoff: Backoff
    /// Whether another link's success may still cut a pause short; once in an outage, or a server that takes
    /// connections and drops them would have all links come back for each other's sake.
    var heedsRecovery = true
    /// The number of the attempt to connect; what an earlier one still brings is thrown away.
    var attempt: UInt64 = 0
    var attemptTimer: Scheduled<Void>?
    /// Where the server is, as far as the latest attempt knows.
    var location: RedisConfiguration.Endpoint?
    var candidate: RedisConnection?
    var readySince = NIODeadline.uptimeNanoseconds(0)
    /// The number of the next connection's first command.
    var nextNumber: UInt64 = 0
    /// Done when every channel so far is closed.
    var channelsClosed: EventLoopFuture<Void>
    var waiters = ConnectionWaiters()
    /// The connection that still waits for replies after the link was shut down.
    private var draining: RedisConnection?

    /// The connection to use now; `nil` while there is none.
    var ready: RedisConnection? {
        didSet { inbox.isOpen = ready != nil }
    }

    /// What callers elsewhere want sent.
    let inbox: LoopInbox
    /// What is being collected; kept for its memory.
    var mail = LoopMail()

    init(
        eventLoop: any EventLoop, locator: some ServerLocator, inbox: LoopInbox, recovery: NodeRecovery,
        resources: ClientResources
    ) {
        self.eventLoop = eventLoop
        self.inbox = inbox
        self.locator = locator
        self.recovery = recovery
        self.resources = resources
        backoff = resources.backoff
        channelsClosed = eventLoop.makeSucceededVoidFuture()
    }

    var loop: NIOIsolatedEventLoop { eventLoop.assumeIsolated() }
    var limits: ConnectionLimits { resources.limits }

    // MARK: Waiting for a connection

    /// Adds a caller that waits for the connection being made, or says why it need not wait.
    func waitForConnection(deadline: NIODeadline, number: UInt64, continuation: ConnectionWaiters.Continuation) {
        switch status {
        case .ready: return continuation.resume(returning: .success(()))
        case .pausing(let error): return continuation.resume(returning: .failure(error.with(wasSent: false)))
        case .shutdown:
            return continuation.resume(returning: .failure(RedisError(.shutdown, wasSent: false)))
        case .idle: startConnecting()
        case .connecting: break
        }
        // What needs no waiting, such as a file that cannot be read, has ended the attempt already.
        guard case .connecting = status else {
            return waitForConnection(deadline: deadline, number: number, continuation: continuation)
        }
        guard waiters.count < limits.maximumInFlight else {
            return continuation.resume(returning: .failure(.overloaded(.waitingBound)))
        }
        let timer = loop.scheduleTask(deadline: deadline) {
            self.endWaiting(number, error: RedisError(.timeout, wasSent: false, detail: .connectTimeout))
        }
        waiters.add(number, continuation: continuation, timer: timer)
    }

    /// Resumes one waiting caller with an error, if it still waits.
    func endWaiting(_ number: UInt64, error: RedisError) {
        waiters.take(number)?.resume(returning: .failure(error))
    }

    /// A number no other waiting caller of this link has.
    func makeWaiterNumber() -> UInt64 { waiters.makeNumber() }

    /// Resumes the caller of one command as cancelled, if it still waits for its reply.
    func giveUp(_ number: UInt64) {
        (ready ?? draining)?.giveUp(number)
    }

    /// Resumes the callers of these commands from elsewhere in the same way.
    func giveUp(_ tickets: [UInt64]) {
        guard !tickets.isEmpty else { return }
        (ready ?? draining)?.giveUp(withdrawn: tickets)
    }

    // MARK: Shutting down

    /// Takes no more commands, and closes everything once the replies still to come are there, or at the deadline.
    ///
    /// Whoever waits then fails with `.shutdown`. No connection is made after this.
    ///
    /// - Returns: Done when the last channel is closed.
    func shutdown(deadline: NIODeadline) -> EventLoopFuture<Void> {
        status = .shutdown
        attemptTimer?.cancel()
        let error = RedisError(.shutdown, wasSent: false)
        if ready != nil { resources.metrics?.connectionLost(error) }
        let (last, unfinished) = (ready ?? draining, candidate)
        ready = nil
        candidate = nil
        unfinished?.close(error)
        draining = last
        last?.finish(by: deadline, error)
        waiters.resumeAll(.failure(error))
        return channelsClosed
    }
}

import NIOCore

/// One event loop and its link, in a form that may be held anywhere.
final class LoopSlot: Sendable {
    let loop: any EventLoop
    /// The way in for callers that have to wait for a connection.
    let gate: LoopGate
    /// The way in for callers that are not on the loop, or an actor's.
    private let inbox: LoopInbox
    private let link: NIOLoopBoundBox<RedisLink>

    init(
        loop: any EventLoop, locator: some ServerLocator, recovery: NodeRecovery, resources: ClientResources
    ) {
        self.loop = loop
        gate = LoopGate(loop)
        let inbox = LoopInbox(resources.limits)
        self.inbox = inbox
        link = .makeBoxSendingValue(
            RedisLink(eventLoop: loop, locator: locator, inbox: inbox, recovery: recovery, resources: resources),
            eventLoop: loop)
    }

    /// The connection to use now, asked for on the loop; `nil` while there is none.
    var readyConnection: RedisConnection? { link.value.ready }

    /// Sends a command and waits for its reply, for a caller that is no actor's.
    ///
    /// Called on the loop. Nothing suspends before the command is in the connection's write buffer, as long as the
    /// task is bound to the loop by a task executor preference. A task that is merely passing (`Task.immediate` begins
    /// wherever it is made) may be moved before that; nothing of the loop is touched then, or after the reply.
    ///
    /// An actor's caller goes through ``post(_:asked:deadline:isolation:)``: to keep its isolation here would cost each
    /// command two more changes of executor.
    ///
    /// Returns the reply, or `nil` if the task was moved off the loop and nothing was sent.
    @inline(__always)
    func send<Frame: WireFrame>(
        _ frame: Frame, over connection: RedisConnection, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> Frame.Reply? {
        guard !Task.isCancelled else { throw RedisError(.cancelled, wasSent: false) }
        let number = connection.takeNumber()
        let outcome = await withTaskCancellationHandler { () async -> Result<Frame.Reply, RedisError>? in
            guard loop.inEventLoop else { return nil }
            return await withUnsafeContinuation { continuation in
                connection.send(frame, number: number, asked: asked, deadline: deadline, continuation: continuation)
            }
        } onCancel: {
            // Not yet in the queue if the task was cancelled a moment ago, but it is by the loop's next turn.
            loop.execute { self.link.value.giveUp(number) }
        }
        return try outcome?.get()
    }

    /// Sends a command from anywhere and waits for its reply.
    ///
    /// The isolation is captured by the operation below, which would otherwise leave an actor's executor.
    ///
    /// Returns the reply, or `nil` if there is no connection and nothing was sent.
    func post<Frame: WireFrame>(
        _ frame: Frame, asked: NIODeadline, deadline: NIODeadline, isolation: isolated (any Actor)? = #isolation
    ) async throws(RedisError) -> Frame.Reply? {
        guard inbox.isOpen else { return nil }
        guard !Task.isCancelled else { throw RedisError(.cancelled, wasSent: false) }
        let ticket = inbox.makeTicket()
        let outcome = await withTaskCancellationHandler { () async -> Result<Frame.Reply, RedisError> in
            _ = isolation
            return await withUnsafeContinuation { continuation in
                post(frame, ticket: ticket, asked: asked, deadline: deadline, continuation: continuation)
            }
        } onCancel: {
            withdraw(ticket)
        }
        if case .failure(let error) = outcome, error.detail == .notTaken { return nil }
        return try outcome.get()
    }

    private func post<Frame: WireFrame>(
        _ frame: Frame, ticket: UInt64, asked: NIODeadline, deadline: NIODeadline,
        continuation: ReplyContinuation<Frame.Reply>
    ) {
        do throws(RedisError) {
            let isFirst = try inbox.post(
                frame, ticket: ticket, asked: asked, deadline: deadline, continuation: continuation)
            if isFirst { collectMail() }
            // A cancellation of a moment ago found no command to withdraw.
            if Task.isCancelled { withdraw(ticket) }
        } catch {
            continuation.resume(returning: .failure(error))
        }
    }

    private func withdraw(_ ticket: UInt64) {
        if inbox.withdraw(ticket) { collectMail() }
    }

    private func collectMail() {
        loop.execute { self.link.value.collectMail() }
    }

    /// Waits for the connection, making one if none was asked for before.
    ///
    /// Called on the loop. The isolation is captured for the same reason as above.
    func connect(deadline: NIODeadline, isolation: isolated LoopGate) async throws(RedisError) {
        guard !Task.isCancelled else { throw RedisError(.cancelled, wasSent: false) }
        let link = link.value
        let number = link.makeWaiterNumber()
        let outcome = await withTaskCancellationHandler {
            _ = isolation
            return await withUnsafeContinuation { continuation in
                link.waitForConnection(deadline: deadline, number: number, continuation: continuation)
            }
        } onCancel: {
            loop.execute { self.link.value.endWaiting(number, error: RedisError(.cancelled, wasSent: false)) }
        }
        try outcome.get()
    }

    /// Lets the link find out whether its server is another one now.
    func serverMayHaveMoved() {
        loop.execute { self.link.value.serverMayHaveMoved() }
    }

    /// Tells the link that another loop has a connection again.
    func serverIsBack() {
        loop.execute { self.link.value.serverIsBack() }
    }

    /// Closes what the link holds, when its replies are there or at the deadline; done when the last channel is closed.
    func shutdown(deadline: NIODeadline) -> EventLoopFuture<Void> {
        loop.flatSubmit { self.link.value.shutdown(deadline: deadline) }
    }
}

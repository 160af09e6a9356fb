import Logging
import NIOCore

/// One event loop's way to the server: makes a connection, notices its end, and makes the next one.
///
/// Lives on its loop. At most one connection is being made at a time.
final class RedisLink {
    private enum Status {
        case idle
        case connecting
        case ready
        /// Waiting to try again; the error is what commands get meanwhile.
        case pausing(RedisError)
        case shutdown
    }

    let eventLoop: any EventLoop
    let limits: ConnectionLimits
    private let locator: any ServerLocator
    private let dialer: RedisDialer
    private let logger: Logger

    private var status = Status.idle
    private var backoff: Backoff
    private var candidate: RedisConnection?
    private var attempt: UInt64 = 0
    private var attemptTimer: Scheduled<Void>?
    private var readySince = NIODeadline.uptimeNanoseconds(0)
    private var nextNumber: UInt64 = 0
    private var channelsClosed: EventLoopFuture<Void>
    private var waiters = ConnectionWaiters()

    /// The connection to use now; `nil` while there is none.
    private(set) var ready: RedisConnection?

    init(eventLoop: any EventLoop, locator: some ServerLocator, resources: ClientResources) {
        self.eventLoop = eventLoop
        self.locator = locator
        limits = resources.limits
        dialer = resources.dialer
        backoff = resources.backoff
        logger = resources.logger
        channelsClosed = eventLoop.makeSucceededVoidFuture()
    }

    private var loop: NIOIsolatedEventLoop { eventLoop.assumeIsolated() }

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

    // MARK: Connecting

    private func startConnecting() {
        attempt += 1
        let attempt = attempt
        status = .connecting
        attemptTimer = loop.scheduleTask(in: limits.connectTimeout) {
            self.attemptFailed(attempt, RedisError(.connectFailed, wasSent: false, detail: .connectTimeout))
        }
        let dialer = dialer
        let connecting = locator.locate(on: eventLoop).flatMap { [eventLoop] in dialer.dial($0, on: eventLoop) }
        let done = eventLoop.makePromise(of: Void.self)
        channelsClosed = channelsClosed.and(done.futureResult).map { _ in }
        connecting.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel):
                channel.closeFuture.cascade(to: done)
                self.opened(channel, attempt: attempt)
            case .failure(let error):
                done.succeed()
                let known = error as? RedisError
                self.attemptFailed(
                    attempt, known ?? RedisError(.connectFailed, wasSent: false, underlying: error))
            }
        }
    }

    private func opened(_ channel: any Channel, attempt: UInt64) {
        guard case .connecting = status, attempt == self.attempt else { return channel.close(promise: nil) }
        do {
            let connection = try RedisConnection(owner: self, limits: limits, loop: loop, firstNumber: nextNumber)
            candidate = connection
            try channel.pipeline.syncOperations.addHandler(connection)
        } catch {
            channel.close(promise: nil)
            attemptFailed(attempt, RedisError(.connectFailed, wasSent: false, underlying: error))
        }
    }

    private func attemptFailed(_ attempt: UInt64, _ error: RedisError) {
        guard case .connecting = status, attempt == self.attempt else { return }
        let failed = candidate
        candidate = nil
        failed?.close(error)
        pause(error)
    }

    private func pause(_ error: RedisError) {
        attemptTimer?.cancel()
        status = .pausing(error)
        let pause = backoff.nextPause(isRefusal: error.code == .authenticationFailed)
        logger.debug(
            "Redis connection is down",
            metadata: ["redis.error": "\(error)", "redis.retry_in_ms": "\(pause.nanoseconds / 1_000_000)"])
        attemptTimer = loop.scheduleTask(in: pause) { self.startConnecting() }
        waiters.resumeAll(.failure(error.with(wasSent: false)))
    }

    // MARK: Shutting down

    /// Fails everyone who waits and closes everything; no connection is made after this.
    ///
    /// - Returns: Done when the last channel is closed.
    func shutdown() -> EventLoopFuture<Void> {
        status = .shutdown
        attemptTimer?.cancel()
        let error = RedisError(.shutdown, wasSent: false)
        let open = [ready, candidate]
        ready = nil
        candidate = nil
        for connection in open { connection?.close(error) }
        waiters.resumeAll(.failure(error))
        return channelsClosed
    }
}

extension RedisLink: RedisConnectionOwner {
    func connectionReady(_ connection: RedisConnection) {
        guard connection === candidate else { return }
        candidate = nil
        attemptTimer?.cancel()
        ready = connection
        readySince = .now()
        status = .ready
        logger.debug("Redis connection is ready")
        waiters.resumeAll(.success(()))
    }

    func connectionClosed(_ connection: RedisConnection, error: RedisError) {
        nextNumber = max(nextNumber, connection.nextNumber)
        if connection === candidate {
            let keepsCode = [.authenticationFailed, .protocolViolation, .connectFailed].contains(error.code)
            attemptFailed(
                attempt,
                keepsCode
                    ? error
                    : RedisError(
                        .connectFailed, wasSent: false, serverError: error.serverError, underlying: error.underlying,
                        detail: error.detail))
        } else if connection === ready {
            ready = nil
            backoff.connectionEnded(afterLiving: .now() - readySince)
            pause(
                error.code == .protocolViolation
                    ? error : RedisError(.connectFailed, wasSent: false, detail: error.detail))
        }
    }
}

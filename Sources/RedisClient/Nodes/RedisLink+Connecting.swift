import Logging
import NIOCore

/// An attempt to connect: its turn, the address of the server, a channel, the handshake.
extension RedisLink {
    func startConnecting() {
        attempt += 1
        status = .connecting
        location = nil
        let attempt = attempt
        let wait = resources.connectRate.takeTurn()
        guard wait > .zero else { return locate(attempt) }
        attemptTimer = loop.scheduleTask(in: wait) { self.locate(attempt) }
    }

    private func locate(_ attempt: UInt64) {
        let done = eventLoop.makePromise(of: Void.self)
        channelsClosed = channelsClosed.and(done.futureResult).map { _ in }
        locator.locate(on: eventLoop).assumeIsolated().whenComplete { result in
            guard self.isCurrent(attempt) else { return done.succeed() }
            switch result {
            case .success(let endpoint): self.dial(endpoint, attempt: attempt, done: done)
            case .failure(let error):
                done.succeed()
                self.attemptFailed(attempt, .connectFailed(error))
            }
        }
    }

    private func dial(_ endpoint: RedisConfiguration.Endpoint, attempt: UInt64, done: EventLoopPromise<Void>) {
        location = endpoint
        attemptTimer = loop.scheduleTask(in: limits.connectTimeout) {
            self.attemptFailed(attempt, RedisError(.connectFailed, wasSent: false, detail: .connectTimeout))
        }
        resources.dialer.dial(endpoint, on: eventLoop).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel):
                channel.closeFuture.cascade(to: done)
                self.opened(channel, attempt: attempt)
            case .failure(let error):
                done.succeed()
                self.attemptFailed(attempt, .connectFailed(error))
            }
        }
    }

    private func opened(_ channel: any Channel, attempt: UInt64) {
        guard isCurrent(attempt) else { return channel.close(promise: nil) }
        do {
            let connection = try RedisConnection(owner: self, limits: limits, loop: loop, firstNumber: nextNumber)
            candidate = connection
            try channel.pipeline.syncOperations.addHandler(connection)
        } catch {
            channel.close(promise: nil)
            attemptFailed(attempt, .connectFailed(error))
        }
    }

    private func isCurrent(_ attempt: UInt64) -> Bool {
        guard case .connecting = status else { return false }
        return attempt == self.attempt
    }

    private func attemptFailed(_ attempt: UInt64, _ error: RedisError) {
        guard isCurrent(attempt) else { return }
        let failed = candidate
        candidate = nil
        resources.metrics?.connectFailed(error)
        failed?.close(error)
        if let location { locator.locationFailed(location) }
        pause(error)
    }

    private func pause(_ error: RedisError) {
        attemptTimer?.cancel()
        status = .pausing(error)
        let pause = backoff.nextPause(isRefusal: error.code == .authenticationFailed)
        resources.logger.debug(
            "Redis connection is down",
            metadata: ["redis.error": "\(error)", "redis.retry_in_ms": "\(pause.nanoseconds / 1_000_000)"])
        attemptTimer = loop.scheduleTask(in: pause) { self.pauseEnded() }
        waiters.resumeAll(.failure(error.with(wasSent: false)))
    }

    /// A timer that was cancelled fires all the same when it was due in the turn of the loop that cancelled it.
    ///
    /// Without asking, two attempts would run at once, or one after the end, and the connection of one be lost.
    private func pauseEnded() {
        guard case .pausing = status else { return }
        startConnecting()
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
        resources.metrics?.connectionOpened()
        resources.logger.debug("Redis connection is ready")
        waiters.resumeAll(.success(()))
        if backoff.hasFailed { recovery.announce() }
    }

    func connectionClosed(_ connection: RedisConnection, error: RedisError) {
        nextNumber = max(nextNumber, connection.pipeline.nextNumber)
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
            resources.metrics?.connectionLost(error)
            backoff.connectionEnded(afterLiving: .now() - readySince)
            if !backoff.hasFailed { heedsRecovery = true }
            pause(
                error.code == .protocolViolation
                    ? error : RedisError(.connectFailed, wasSent: false, detail: error.detail))
        }
    }
}

extension RedisLink {
    /// Asks where the server is, and leaves a connection, an attempt or a pause that is not about that server.
    func serverMayHaveMoved() {
        switch status {
        case .idle, .shutdown: return
        case .connecting, .ready, .pausing: break
        }
        locator.locate(on: eventLoop).assumeIsolated().whenSuccess { endpoint in
            guard endpoint != self.location else { return }
            let error = RedisError(.connectFailed, wasSent: false, detail: .serverMoved)
            switch self.status {
            case .idle, .shutdown: return
            case .ready: self.ready?.close(RedisError(.connectionLost, wasSent: true, detail: .serverMoved))
            // An attempt without a location asks for it just now.
            case .connecting where self.location != nil: self.attemptFailed(self.attempt, error)
            case .connecting: return
            case .pausing: break
            }
            self.comeBackSoon()
        }
    }

    /// Hears that another loop has a connection.
    func serverIsBack() {
        guard heedsRecovery, case .pausing = status else { return }
        heedsRecovery = false
        comeBackSoon()
    }

    /// Cuts a pause short, not to nothing: all nodes of a service hear of a failover at the same time.
    private func comeBackSoon() {
        guard case .pausing = status else { return }
        attemptTimer?.cancel()
        attemptTimer = loop.scheduleTask(in: .milliseconds(.random(in: 0...50))) { self.pauseEnded() }
    }
}

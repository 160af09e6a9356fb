import Logging
import NIOCore

/// What uses a `SubscriberLink`, on its event loop.
protocol SubscriberLinkDelegate: AnyObject {
    /// Whether a connection is wanted at all; asked when one ends.
    var wantsConnection: Bool { get }

    /// There is a connection, past its handshake.
    func linkUp(_ connection: SubscribedConnection)

    /// The connection ended, or none could be made; another attempt follows if one is wanted.
    func linkDown(_ error: RedisError)

    /// The server sent something by itself.
    func received(_ push: SubscriptionPush)

    /// The server gave a sign of life.
    func heardPong(ofPingSentAt sent: CacheInstant)
}

/// Keeps one connection for subscriptions: makes it when it is wanted, notices its end, and makes the next one.
///
/// Lives on its loop.
final class SubscriberLink {
    private enum Status {
        case idle
        case connecting
        case ready
        /// Waiting to try again after this error.
        case pausing(RedisError)
        case shutdown
    }

    let eventLoop: any EventLoop
    weak var delegate: (any SubscriberLinkDelegate)?
    private let locator: any ServerLocator
    private let resources: ClientResources
    private let heartbeat: TimeAmount

    private var status = Status.idle
    private var backoff: Backoff
    private var connection: SubscribedConnection?
    private var attempt: UInt64 = 0
    private var timer: Scheduled<Void>?
    /// Where the latest attempt went.
    private var location: RedisConfiguration.Endpoint?
    private var isListening = false
    private var readySince = NIODeadline.uptimeNanoseconds(0)
    private var channelsClosed: EventLoopFuture<Void>

    init(eventLoop: any EventLoop, locator: any ServerLocator, resources: ClientResources, heartbeat: TimeAmount) {
        self.eventLoop = eventLoop
        self.locator = locator
        self.heartbeat = heartbeat
        self.resources = resources
        backoff = resources.backoff
        channelsClosed = eventLoop.makeSucceededVoidFuture()
    }

    private var loop: NIOIsolatedEventLoop { eventLoop.assumeIsolated() }

    /// Why there is no connection and none is being made; `nil` otherwise.
    var failure: RedisError? {
        switch status {
        case .idle, .connecting, .ready: nil
        case .pausing(let error): error.with(wasSent: false)
        case .shutdown: RedisError(.shutdown, wasSent: false)
        }
    }

    /// Makes a connection unless there is one, or one is coming.
    func start() {
        guard case .idle = status else { return }
        listenForMoves()
        connect()
    }

    /// Gives up the connection, which is of no use though it works.
    func drop(_ error: RedisError) {
        connection?.close(error)
    }

    /// Closes everything; no connection is made after this.
    ///
    /// - Returns: Done when the last channel is closed.
    func shutdown() -> EventLoopFuture<Void> {
        status = .shutdown
        timer?.cancel()
        let open = connection
        connection = nil
        open?.close(RedisError(.shutdown, wasSent: false))
        return channelsClosed
    }

    // MARK: Connecting

    private func connect() {
        attempt += 1
        status = .connecting
        location = nil
        let attempt = attempt
        let wait = resources.connectRate.takeTurn()
        guard wait > .zero else { return locate(attempt) }
        timer = loop.scheduleTask(in: wait) { self.locate(attempt) }
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
        timer = loop.scheduleTask(in: resources.limits.connectTimeout) {
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

    private func isCurrent(_ attempt: UInt64) -> Bool {
        guard case .connecting = status else { return false }
        return attempt == self.attempt
    }

    private func opened(_ channel: any Channel, attempt: UInt64) {
        guard isCurrent(attempt) else { return channel.close(promise: nil) }
        do {
            let connection = try SubscribedConnection(
                owner: self, limits: resources.limits, heartbeat: heartbeat, loop: loop)
            self.connection = connection
            try channel.pipeline.syncOperations.addHandler(connection)
        } catch {
            channel.close(promise: nil)
            attemptFailed(attempt, .connectFailed(error))
        }
    }

    private func attemptFailed(_ attempt: UInt64, _ error: RedisError) {
        guard isCurrent(attempt) else { return }
        let failed = connection
        connection = nil
        failed?.close(error)
        if let location { locator.locationFailed(location) }
        ended(error)
    }

    private func ended(_ error: RedisError) {
        timer?.cancel()
        let pause = backoff.nextPause(isRefusal: error.isRefusal)
        status = .pausing(error)
        resources.logger.debug(
            "Redis subscriber connection is down",
            metadata: ["redis.error": "\(error)", "redis.retry_in_ms": "\(pause.nanoseconds / 1_000_000)"])
        timer = loop.scheduleTask(in: pause) { self.pauseEnded() }
        delegate?.linkDown(error)
    }

    private func pauseEnded() {
        guard case .pausing = status else { return }
        status = .idle
        if delegate?.wantsConnection == true { connect() }
    }
}

extension SubscriberLink {
    /// Asks to be told when the server may have moved, once.
    private func listenForMoves() {
        guard !isListening else { return }
        isListening = true
        let listener = NIOLoopBound(MoveListener(link: self), eventLoop: eventLoop)
        locator.whenServerMayHaveMoved { [eventLoop] in
            eventLoop.execute { listener.value.link?.serverMayHaveMoved() }
        }
    }

    /// Leaves a connection or an attempt that is about a server that is not the one any more, though it works, and
    /// cuts a pause short.
    ///
    /// The server may live on as a replica, and would tell of changes late, or never.
    private func serverMayHaveMoved() {
        switch status {
        case .idle, .shutdown: return
        case .connecting, .ready, .pausing: break
        }
        locator.locate(on: eventLoop).assumeIsolated().whenSuccess { endpoint in
            guard endpoint != self.location else { return }
            switch self.status {
            case .idle, .shutdown: return
            case .ready: self.drop(RedisError(.connectionLost, wasSent: true, detail: .serverMoved))
            // An attempt without a location asks for it just now.
            case .connecting where self.location != nil:
                self.attemptFailed(
                    self.attempt, RedisError(.connectFailed, wasSent: false, detail: .serverMoved))
            case .connecting: return
            case .pausing: break
            }
            self.comeBackSoon()
        }
    }

    /// Cuts a pause short, not to nothing: all nodes of a service hear of a failover at the same time.
    private func comeBackSoon() {
        guard case .pausing = status else { return }
        timer?.cancel()
        timer = loop.scheduleTask(in: .milliseconds(.random(in: 0...50))) { self.pauseEnded() }
    }
}

/// Holds a link that may be gone when the server moves.
private struct MoveListener {
    weak var link: SubscriberLink?
}

extension SubscriberLink: SubscribedConnectionOwner {
    func connectionReady(_ connection: SubscribedConnection) {
        guard connection === self.connection, case .connecting = status else { return }
        timer?.cancel()
        status = .ready
        readySince = .now()
        resources.logger.debug("Redis subscriber connection is ready")
        delegate?.linkUp(connection)
    }

    func connectionClosed(_ connection: SubscribedConnection, error: RedisError) {
        guard connection === self.connection else { return }
        self.connection = nil
        if case .ready = status {
            backoff.connectionEnded(afterLiving: .now() - readySince)
        } else if let location {
            locator.locationFailed(location)
        }
        ended(error.asConnectFailure)
    }

    func connection(_ connection: SubscribedConnection, received push: SubscriptionPush) {
        guard connection === self.connection else { return }
        delegate?.received(push)
    }

    func connection(_ connection: SubscribedConnection, heardPongOfPingSentAt sent: CacheInstant) {
        guard connection === self.connection else { return }
        delegate?.heardPong(ofPingSentAt: sent)
    }
}

extension RedisError {
    /// Whether asking again soon would be of no use, and might do harm.
    fileprivate var isRefusal: Bool { code == .authenticationFailed || serverError == .noPermission }

    /// What those hear who ask for a connection that ended with this error.
    fileprivate var asConnectFailure: Self {
        if [.authenticationFailed, .protocolViolation, .unexpectedReply, .connectFailed, .server].contains(code) {
            return with(wasSent: false)
        }
        return Self(.connectFailed, wasSent: false, serverError: serverError, underlying: underlying, detail: detail)
    }
}

public import Logging
public import NIOCore

/// A Redis client for code that runs on event loops.
///
/// There is one connection for each event loop of a group and each server, shared by all callers: commands of one turn
/// of the loop leave in one write, and replies come back in order. A caller that runs on one of the loops uses that loop's
/// connection without changing threads; any other caller hops to a loop and back.
///
/// ```swift
/// let redis = RedisClient(configuration: try RedisConfiguration(url: "redis://localhost"), eventLoopGroup: group)
/// let session = try await redis.get("session:1")
/// await redis.shutdown()
/// ```
///
/// Every command has a deadline, ends at once when its task is cancelled, and says in ``RedisError/wasSent`` whether
/// it may be repeated. While there is no connection, commands fail at once; only the first connection, and one that
/// is being made at that moment, is waited for, no longer than the command's own deadline. No command that may have
/// run is ever sent again.
///
/// Call ``shutdown(grace:)`` before the event loops are shut down.
public final class RedisClient: Sendable {
    /// Where commands go.
    enum Servers {
        case one(RedisNode)
        case cluster(ClusterRouter)
    }

    let servers: Servers
    let subscriptions: Subscriptions
    let limits: ConnectionLimits
    let resources: ClientResources
    private let observer: CommandObserver?

    /// Makes a client that connects when it is first used, or when ``connect()`` is called.
    ///
    /// - Parameters:
    ///   - configuration: Where Redis is and how long to wait.
    ///   - eventLoopGroup: The loops to have connections on, best those that serve requests. The client does not shut
    ///     it down.
    ///   - logger: Told of connections made and lost, at `debug`.
    public init(configuration: RedisConfiguration, eventLoopGroup: any EventLoopGroup, logger: Logger? = nil) {
        resources = ClientResources(
            configuration, loops: ClientLoops(eventLoopGroup),
            logger: logger ?? Logger(label: "RedisClient") { _ in SwiftLogNoOpLogHandler() })
        limits = resources.limits
        servers =
            switch configuration.topology {
            case .standalone(let endpoint):
                .one(RedisNode(locator: FixedLocator(endpoint: endpoint), resources: resources))
            case .sentinel(let sentinels):
                .one(RedisNode(locator: SentinelLocator(sentinels, resources: resources), resources: resources))
            case .cluster(let seeds):
                .cluster(ClusterRouter(seeds: seeds, resources: resources))
            }
        subscriptions = Subscriptions(to: servers, resources: resources)
        observer = CommandObserver(metrics: resources.metrics, configuration: configuration)
    }

    /// Connects every event loop now, instead of when it first has a command.
    ///
    /// After a failure the client keeps trying by itself, so the error may be ignored, or end the program.
    ///
    /// - Throws: ``RedisError`` `.connectFailed`, `.authenticationFailed`, `.timeout`, `.cancelled` or `.shutdown`.
    public func connect() async throws(RedisError) {
        switch servers {
        case .one(let node): try await node.connect()
        case .cluster(let router): try await router.connect()
        }
    }

    /// Takes no more commands, waits for the replies still to come, and closes all connections.
    ///
    /// From this moment on, commands fail with `.shutdown`; so do those that wait for a connection, at once, and those
    /// that wait for a reply, at the end of the grace. When this returns, every caller has its result or its error and
    /// the sockets are closed; one that is just being opened may take its connect timeout. May be called again, with
    /// less grace too, and from anywhere. Cancelling the caller does not shorten it.
    ///
    /// - Parameter grace: How long replies are waited for; not at all by default.
    public func shutdown(grace: Duration = .zero) async {
        let deadline = NIODeadline.now() + TimeAmount(grace)
        await subscriptions.shutdown()
        switch servers {
        case .one(let node): await node.shutdown(deadline: deadline)
        case .cluster(let router): await router.shutdown(deadline: deadline)
        }
    }

    /// Sends a command and waits for its reply.
    ///
    /// Here every command passes. The clock starts when the caller asks, so a hop to a loop counts.
    ///
    /// Inlined, because a call of an asynchronous function costs more than what this one does; what is not the usual way
    /// is apart, because all that a function may keep is memory that each command's task has to find.
    @inline(__always)
    func perform<Frame: RoutedFrame>(
        _ frame: Frame, asked: NIODeadline = .now(), timeout: Duration?
    ) async throws(RedisError) -> Frame.Reply {
        let deadline = asked + (timeout.map { TimeAmount($0) } ?? limits.commandTimeout)
        let caller: (any Actor)? = #isolation
        if caller == nil, observer == nil, case .one(let node) = servers,
            let reply = try await node.performHere(frame, asked: asked, deadline: deadline)
        {
            return reply
        }
        return try await performElsewhere(frame, asked: asked, deadline: deadline)
    }

    @inline(never)
    private func performElsewhere<Frame: RoutedFrame>(
        _ frame: Frame, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> Frame.Reply {
        guard let observer else { return try await send(frame, asked: asked, deadline: deadline) }
        return try await perform(frame, asked: asked, deadline: deadline, observer: observer)
    }

    private func send<Frame: RoutedFrame>(
        _ frame: Frame, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> Frame.Reply {
        switch servers {
        case .one(let node): try await node.perform(frame, asked: asked, deadline: deadline)
        case .cluster(let router): try await frame.perform(through: router, asked: asked, deadline: deadline)
        }
    }

    private func perform<Frame: RoutedFrame>(
        _ frame: Frame, asked: NIODeadline, deadline: NIODeadline, observer: CommandObserver
    ) async throws(RedisError) -> Frame.Reply {
        let command = observer.begin(frame, asked: asked)
        do throws(RedisError) {
            let reply = try await send(frame, asked: asked, deadline: deadline)
            observer.end(command, error: nil)
            return reply
        } catch {
            observer.end(command, error: error)
            throw error
        }
    }
}

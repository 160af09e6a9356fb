public import Logging
public import NIOCore

/// A Redis client for code that runs on event loops.
///
/// There is one connection for each event loop of a group, shared by all callers: commands of one turn of the loop
/// leave in one write, and replies come back in order. A caller that runs on one of the loops uses that loop's
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
/// is being made at that moment, is waited for, no longer than the command's own deadline. No command is ever sent
/// twice.
///
/// Call ``shutdown()`` before the event loops are shut down.
public final class RedisClient: Sendable {
    private let node: RedisNode
    let subscriptions: Subscriptions
    let limits: ConnectionLimits
    let locator: any ServerLocator
    let resources: ClientResources

    /// Makes a client that connects when it is first used, or when ``connect()`` is called.
    ///
    /// - Parameters:
    ///   - configuration: Where Redis is and how long to wait.
    ///   - eventLoopGroup: The loops to have connections on, best those that serve requests. The client does not shut
    ///     it down.
    ///   - logger: Told of connections made and lost, at `debug`.
    public init(configuration: RedisConfiguration, eventLoopGroup: any EventLoopGroup, logger: Logger? = nil) {
        limits = ConnectionLimits(configuration)
        let endpoint: RedisConfiguration.Endpoint
        switch configuration.topology {
        case .standalone(let only): endpoint = only
        case .sentinel(let sentinels): endpoint = sentinels.addresses[0]
        case .cluster(let seeds): endpoint = seeds[0]
        }
        resources = ClientResources(
            loops: ClientLoops(eventLoopGroup), limits: limits, dialer: RedisDialer(configuration),
            backoff: Backoff(configuration),
            logger: logger ?? Logger(label: "RedisClient") { _ in SwiftLogNoOpLogHandler() })
        let locator = FixedLocator(endpoint: endpoint)
        self.locator = locator
        node = RedisNode(locator: locator, resources: resources)
        subscriptions = Subscriptions(locator: locator, resources: resources)
    }

    /// Connects every event loop now, instead of when it first has a command.
    ///
    /// After a failure the client keeps trying by itself, so the error may be ignored, or end the program.
    ///
    /// - Throws: ``RedisError`` `.connectFailed`, `.authenticationFailed`, `.timeout`, `.cancelled` or `.shutdown`.
    public func connect() async throws(RedisError) {
        try await node.connect()
    }

    /// Closes all connections and fails what waits with `.shutdown`; done when the last socket is closed.
    ///
    /// May be called again, and from anywhere. Cancelling the caller does not shorten it.
    public func shutdown() async {
        await subscriptions.shutdown()
        await node.shutdown()
    }

    /// Sends a command and waits for its reply.
    ///
    /// Here every command passes. The clock starts when the caller asks, so a hop to a loop counts.
    func perform<Frame: WireFrame>(
        _ frame: Frame, asked: NIODeadline = .now(), timeout: Duration?
    ) async throws(RedisError) -> Frame.Reply {
        let deadline = asked + (timeout.map { TimeAmount($0) } ?? limits.commandTimeout)
        return try await node.perform(frame, asked: asked, deadline: deadline)
    }
}

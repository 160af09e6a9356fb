import KoaKit
public import Logging
import NIOCore
import NIOPosix
public import PrometheusMetrics
import RedisClient
import RelationalStore
public import ServiceLifecycle
import WeChatAPI

/// A node of the service, from its first connection to its last: what `wechat-login serve` runs.
public struct LoginNode: Service {
    let configuration: ServiceConfiguration
    let logger: Logger
    private let onListening: @Sendable (_ port: Int) -> Void
    /// Nil where no listener would show them.
    let metrics: PrometheusRegistry?
    private let onEvent: (@Sendable (LoginEvent) async -> Void)?

    /// Creates a node; nothing is opened before ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - logger: Where it logs.
    ///   - metrics: What `GET /metrics` shows, to which the node adds its own. Default: a registry of the node's own.
    ///   - onListening: Called with the port once connections are accepted. Default: nothing.
    ///   - onEvent: Called with what happens to logins, sessions and users, one event after the other and apart from the
    ///     requests, which never wait for it: of events that come faster than it takes them, 4,096 wait and the rest are
    ///     left out, with a warning in the log. When the node stops, it has 5 s for those that wait; then its task is
    ///     cancelled, and it must return. Default: none; the audit lines of the log tell the same.
    public init(
        configuration: ServiceConfiguration,
        logger: Logger,
        metrics: PrometheusRegistry = .forService(),
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in },
        onEvent: (@Sendable (LoginEvent) async -> Void)? = nil
    ) {
        self.configuration = configuration
        self.logger = logger
        self.metrics = configuration.admin == nil ? nil : metrics
        self.onListening = onListening
        self.onEvent = onEvent
    }

    /// Serves until a graceful shutdown is asked for: then `/readyz` says 503, the listener closes, requests in flight
    /// finish, connections end.
    ///
    /// - Throws: An error when the database cannot be prepared or the address cannot be bound.
    public func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.workers)
        var redisConfiguration = configuration.redis
        if configuration.metrics == .full { redisConfiguration.metricsFactory = metrics }
        let redis = RedisClient(configuration: redisConfiguration, eventLoopGroup: group, logger: logger)
        let cache = makeCache(redis)
        let clients = configuration.weChatApps.map {
            WeChatClient(configuration: $0, eventLoopGroup: group, logger: logger)
        }
        let outcome: Result<Void, any Error>
        do {
            var limits = DatabaseConfiguration()
            limits.logger = logger
            limits.metricsFactory = metrics
            let database = try makeDatabase(url: configuration.database, configuration: limits)
            do {
                try await serve(on: group, redis: redis, cache: cache, clients: clients, database: database)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            await database.shutdown()
        } catch {
            outcome = .failure(error)
        }
        for client in clients { await client.shutdown() }
        await cache?.shutdown()
        await redis.shutdown(grace: .seconds(1))
        try? await group.shutdownGracefully()
        try outcome.get()
    }

    private func serve(
        on group: MultiThreadedEventLoopGroup,
        redis: RedisClient,
        cache: NearCache<Session>?,
        clients: [WeChatClient],
        database: any RelationalDatabase
    ) async throws {
        warn()
        let preparation = DatabasePreparation(
            database: database, mayMigrate: configuration.migratesAtStart, logger: logger)
        do {
            _ = try await cancelWhenGracefulShutdown { try await preparation.run() }
        } catch is CancellationError {
            return logger.notice("stopped before the database answered")
        }
        await connect(redis, cache)
        let readiness = Readiness()
        let sessions = RedisSessionStore(
            redis: redis,
            keyspace: keyspace,
            policy: configuration.sessionPolicy,
            cache: cache)
        // Ends with this scope, when the last request has.
        async let _: Void = sessions.touches.run()
        let events = LoginEvents(
            logger: logger, metrics: metrics.map { EventMetrics(factory: $0) }, hook: onEvent)
        async let delivery: Void = events.run()
        let app = try await makeLoginApplication(
            redis: redis, clients: clients, database: database, sessions: sessions, events: events, readiness: readiness
        ).makeApplication(logger: logger)
        let operations = try await startOperations(
            sessions: sessions, users: RelationalUserStore(database: database), events: events, cache: cache, on: group)
        let server: Server
        do { server = try await start(app, on: group) } catch {
            await operations?.shutdown()
            throw error
        }
        logger.notice("listening", metadata: ["address": "\(server.address)"])
        onListening(server.port)
        try? await gracefulShutdown()
        readiness.stop()
        logger.notice("stopping", metadata: ["delay": "\(configuration.shutdownDelay)"])
        // Time for load balancers to see /readyz and send new requests elsewhere.
        try? await Task.sleep(for: configuration.shutdownDelay)
        await server.shutdown()
        // After it, so that its end can be watched.
        await operations?.shutdown()
        events.finish()
        await delivery
        logger.notice("stopped")
    }
}

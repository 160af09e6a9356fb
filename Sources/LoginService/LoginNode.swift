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
    private let configuration: ServiceConfiguration
    private let logger: Logger
    private let onListening: @Sendable (_ port: Int) -> Void
    /// Nil where no listener would show them.
    private let metrics: PrometheusRegistry?
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

    private var keyspace: SessionKeyspace {
        SessionKeyspace(prefix: configuration.sessionPrefix, secretKeys: configuration.secretKeys)
    }

    private func start(_ app: Application, on group: MultiThreadedEventLoopGroup) async throws -> Server {
        let (host, port) = (configuration.host, configuration.port)
        do {
            return try await app.start(host: host, port: port, on: group)
        } catch {
            throw ConfigurationError("HOST, PORT: \(error)")
        }
    }

    /// Starts the listener of operations, if the settings want one.
    private func startOperations(
        sessions: any SessionStore,
        users: any UserStore,
        events: LoginEvents,
        cache: NearCache<Session>?,
        on group: MultiThreadedEventLoopGroup
    ) async throws -> Server? {
        guard let admin = configuration.admin, let metrics else { return nil }
        let app = AdminApplication(
            configuration: admin,
            metrics: ServiceMetrics(registry: metrics, cache: cache),
            administration: UserAdministration(
                users: users, sessions: sessions, events: events, appIDs: configuration.weChatApps.map(\.appID)))
        return try await AdminListener(configuration: admin, logger: logger)
            .start(app.makeApplication(logger: logger), on: group)
    }

    private func makeLoginApplication(
        redis: RedisClient,
        clients: [WeChatClient],
        database: any RelationalDatabase,
        sessions: any SessionStore,
        events: LoginEvents,
        readiness: Readiness
    ) async throws -> LoginApplication {
        let keys = configuration.secretKeys
        let users = RelationalUserStore(database: database)
        let sessionKeys = SessionKeyStore(redis: redis, secretKeys: keys)
        let programs = MiniPrograms(
            zip(configuration.weChatApps, clients).map {
                MiniProgram(
                    appID: $0.appID, isDefault: $0.appID == configuration.weChat.appID, client: $1, redis: redis,
                    keys: keys, sessionKeys: sessionKeys, logger: logger)
            })
        let tokens = try await configuration.acceptedTokens()
        let flow = LoginFlow(
            programs: programs,
            users: users,
            sessions: sessions,
            tokens: TokenIssuer(keys: keys, jwt: tokens.jwt, timeToLive: configuration.sessionTimeToLive),
            timeToLive: configuration.sessionTimeToLive,
            events: events,
            rates: LoginRates(limits: configuration.loginRateLimits, redis: redis, keyspace: keyspace)
        )
        return LoginApplication(
            envelope: Envelope(status: configuration.envelopeStatus),
            seedRoutes: configuration.seedRoutes,
            flow: flow,
            users: users,
            sessions: sessions,
            events: events,
            tokens: tokens,
            tokenStyle: configuration.tokenStyle,
            profiles: OpenProfileImport(programs: programs, sessionKeys: sessionKeys, users: users),
            push: configuration.push.map {
                PushRoutes(
                    credentials: $0, ledger: PushLedger(redis: redis), programs: programs,
                    withdrawal: DataWithdrawal(
                        users: users, sessions: sessions, sessionKeys: sessionKeys, events: events))
            },
            readiness: readiness,
            acceptsSelfAssertedPhone: configuration.acceptsSelfAssertedPhone,
            stepUp: configuration.stepUp,
            trustedProxies: configuration.trustedProxies,
            servesDocs: configuration.servesDocs,
            metrics: metrics
        )
    }

    /// What keeps sessions in memory, if the settings say so.
    private func makeCache(_ redis: RedisClient) -> NearCache<Session>? {
        guard let entries = configuration.nearCacheEntries else { return nil }
        var cache = NearCacheConfiguration(prefix: configuration.sessionPrefix)
        cache.maximumEntries = entries
        // A session with its key takes less than half of this.
        cache.maximumBytes = max(cache.maximumBytes, entries * 2_048)
        return NearCache(client: redis, configuration: cache) { Session(json: $0) }
    }

    /// A node starts without Redis, since it recovers when Redis does; `/readyz` says 503 until then.
    private func connect(_ redis: RedisClient, _ cache: NearCache<Session>?) async {
        do {
            try await redis.connect()
        } catch {
            logger.warning("Redis does not answer yet", metadata: ["cause": "\(error)"])
        }
        do {
            try await cache?.connect()
        } catch {
            // It reads from Redis until it hears of changes, and goes on trying.
            logger.warning("the near cache is not told of changes yet", metadata: ["cause": "\(error)"])
        }
    }

    private func warn() {
        if configuration.usesSandbox {
            logger.warning(
                "WeChat is a sandbox: nobody is who they say", metadata: ["url": "\(configuration.weChat.baseURL)"])
        }
        if configuration.secretKeys.isEphemeral {
            logger.warning(
                "SECRET_KEY is not set: other nodes and later starts share no codes, and no sessions but those of md5")
        }
        if configuration.tokenStyle == .md5 {
            logger.warning("TOKEN_STYLE=md5: whoever knows a user's openid knows the token; opaque is safer")
        }
        if configuration.database.isSQLite {
            logger.warning("DATABASE_URL is SQLite: all nodes must run on this machine and share the file")
        }
    }
}

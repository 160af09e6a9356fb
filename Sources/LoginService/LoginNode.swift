import KoaKit
public import Logging
import NIOCore
import NIOPosix
import RedisClient
import RelationalStore
public import ServiceLifecycle
import WeChatAPI

/// A node of the service, from its first connection to its last: what `wechat-login serve` runs.
public struct LoginNode: Service {
    private let configuration: ServiceConfiguration
    private let logger: Logger
    private let onListening: @Sendable (_ port: Int) -> Void

    /// Creates a node; nothing is opened before ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - logger: Where it logs.
    ///   - onListening: Called with the port once connections are accepted. Default: nothing.
    public init(
        configuration: ServiceConfiguration,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until a graceful shutdown is asked for: then `/readyz` says 503, the listener closes, requests in flight
    /// finish, connections end.
    ///
    /// - Throws: An error when the database cannot be prepared or the address cannot be bound.
    public func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.workers)
        let redis = RedisClient(configuration: configuration.redis, eventLoopGroup: group, logger: logger)
        let cache = makeCache(redis)
        let clients = configuration.weChatApps.map {
            WeChatClient(configuration: $0, eventLoopGroup: group, logger: logger)
        }
        let outcome: Result<Void, any Error>
        do {
            var limits = DatabaseConfiguration()
            limits.logger = logger
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
            keyspace: SessionKeyspace(prefix: configuration.sessionPrefix, secretKeys: configuration.secretKeys),
            policy: configuration.sessionPolicy,
            cache: cache)
        // Ends with this scope, when the last request has.
        async let _: Void = sessions.touches.run()
        let app = try await makeLoginApplication(
            redis: redis, clients: clients, database: database, sessions: sessions, readiness: readiness
        ).makeApplication(logger: logger)
        let server = try await start(app, on: group)
        logger.notice("listening", metadata: ["address": "\(server.address)"])
        onListening(server.port)
        try? await gracefulShutdown()
        readiness.stop()
        logger.notice("stopping", metadata: ["delay": "\(configuration.shutdownDelay)"])
        // Time for load balancers to see /readyz and send new requests elsewhere.
        try? await Task.sleep(for: configuration.shutdownDelay)
        await server.shutdown()
        logger.notice("stopped")
    }

    private func start(_ app: Application, on group: MultiThreadedEventLoopGroup) async throws -> Server {
        let (host, port) = (configuration.host, configuration.port)
        do {
            return try await app.start(host: host, port: port, on: group)
        } catch {
            throw ConfigurationError("HOST, PORT: \(error)")
        }
    }

    private func makeLoginApplication(
        redis: RedisClient,
        clients: [WeChatClient],
        database: any RelationalDatabase,
        sessions: any SessionStore,
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
            timeToLive: configuration.sessionTimeToLive
        )
        return LoginApplication(
            envelope: Envelope(status: configuration.envelopeStatus),
            seedRoutes: configuration.seedRoutes,
            flow: flow,
            users: users,
            sessions: sessions,
            tokens: tokens,
            tokenStyle: configuration.tokenStyle,
            profiles: OpenProfileImport(programs: programs, sessionKeys: sessionKeys, users: users),
            push: configuration.push.map {
                PushRoutes(
                    credentials: $0, ledger: PushLedger(redis: redis), programs: programs,
                    withdrawal: DataWithdrawal(users: users, sessions: sessions, sessionKeys: sessionKeys))
            },
            readiness: readiness,
            acceptsSelfAssertedPhone: configuration.acceptsSelfAssertedPhone
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
            logger.warning("SECRET_KEY is not set: other nodes and later starts share no codes and no opaque sessions")
        }
        if configuration.tokenStyle == .md5 {
            logger.warning("TOKEN_STYLE=md5: whoever knows a user's openid knows the token; opaque is safer")
        }
        if configuration.database.isSQLite {
            logger.warning("DATABASE_URL is SQLite: all nodes must run on this machine and share the file")
        }
    }
}

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
        let weChat = WeChatClient(configuration: configuration.weChat, eventLoopGroup: group, logger: logger)
        let outcome: Result<Void, any Error>
        do {
            let database = try makeDatabase(url: configuration.database)
            do {
                try await serve(on: group, redis: redis, weChat: weChat, database: database)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            await database.shutdown()
        } catch {
            outcome = .failure(error)
        }
        await weChat.shutdown()
        await redis.shutdown()
        try? await group.shutdownGracefully()
        try outcome.get()
    }

    private func serve(
        on group: MultiThreadedEventLoopGroup,
        redis: RedisClient,
        weChat: WeChatClient,
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
        await connect(redis)
        let readiness = Readiness()
        let app = makeLoginApplication(redis: redis, weChat: weChat, database: database, readiness: readiness)
            .makeApplication(logger: logger)
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
        weChat: WeChatClient,
        database: any RelationalDatabase,
        readiness: Readiness
    ) -> LoginApplication {
        let keys = configuration.secretKeys
        let sessions = RedisSessionStore(redis: redis, prefix: configuration.sessionPrefix, keys: keys)
        let users = RelationalUserStore(database: database)
        let exchange = SharedCodeExchange(upstream: WeChatCodeExchange(client: weChat), redis: redis, keys: keys)
        let flow = LoginFlow(
            appID: configuration.weChat.appID,
            exchange: exchange,
            users: users,
            sessions: sessions,
            tokenStyle: configuration.tokenStyle,
            timeToLive: configuration.sessionTimeToLive,
            keys: keys
        )
        return LoginApplication(
            envelope: Envelope(status: configuration.envelopeStatus),
            seedRoutes: configuration.seedRoutes,
            flow: flow,
            users: users,
            sessions: sessions,
            readiness: readiness,
            acceptsSelfAssertedPhone: configuration.acceptsSelfAssertedPhone
        )
    }

    /// A node starts without Redis, since it recovers when Redis does; `/readyz` says 503 until then.
    private func connect(_ redis: RedisClient) async {
        do {
            try await redis.connect()
        } catch {
            logger.warning("Redis does not answer yet", metadata: ["cause": "\(error)"])
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

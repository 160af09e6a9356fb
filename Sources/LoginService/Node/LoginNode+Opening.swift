import KoaKit
import Logging
import NIOPosix
import RedisClient
import RelationalStore
import WeChatAPI

/// What a node opens, and what it says of its settings.
extension LoginNode {
    /// A node starts without Redis, since it recovers when Redis does; `/readyz` says 503 until then.
    func connect(_ redis: RedisClient, _ cache: NearCache<Session>?) async {
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

    func start(_ app: Application, on group: MultiThreadedEventLoopGroup) async throws -> Server {
        var options = ServerOptions(.host(configuration.host, port: configuration.port))
        options.maximumRequestsInFlight = configuration.maximumRequests
        options.eventLoopGroup = group
        do {
            return try await app.start(options)
        } catch {
            throw ConfigurationError("HOST, PORT: \(error)")
        }
    }

    /// Starts the listener of operations, if the settings want one.
    func startOperations(
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

    func warn() {
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

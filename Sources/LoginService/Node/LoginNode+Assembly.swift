import RedisClient
import RelationalStore
import WeChatAPI

/// What a node is made of.
extension LoginNode {
    var keyspace: SessionKeyspace {
        SessionKeyspace(prefix: configuration.sessionPrefix, secretKeys: configuration.secretKeys)
    }

    /// What keeps sessions in memory, if the settings say so.
    func makeCache(_ redis: RedisClient) -> NearCache<Session>? {
        guard let entries = configuration.nearCacheEntries else { return nil }
        var cache = NearCacheConfiguration(prefix: configuration.sessionPrefix)
        cache.maximumEntries = entries
        // A session with its key takes less than half of this.
        cache.maximumBytes = max(cache.maximumBytes, entries * 2_048)
        return NearCache(client: redis, configuration: cache) { Session(json: $0) }
    }

    func makeLoginApplication(
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
}

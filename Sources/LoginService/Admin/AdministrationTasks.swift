public import KoaKit
public import Logging
import NIOCore
import NIOPosix
import RedisClient
import RelationalStore

/// What an operator does with users and their sessions from the command line: the same as over `/admin`, on the same
/// database and the same Redis as the nodes, which need not be up.
///
/// What each call returns is the `data` of the route of the same purpose.
public struct AdministrationTasks: Sendable {
    private let database: DatabaseURL
    private let redis: RedisConfiguration
    private let prefix: String
    private let policy: SessionPolicy
    private let appIDs: [String]
    private let logger: Logger

    /// Reads the settings that the work needs; nothing is opened.
    ///
    /// - Parameters:
    ///   - flags: What the command line said.
    ///   - environment: The environment variables.
    ///   - file: A JSON file with settings.
    ///   - logger: Gets an audit line for each change.
    /// - Throws: ``ConfigurationError`` that names the setting.
    public init(
        flags: [Setting: String] = [:], environment: [String: String], file: String? = nil, logger: Logger
    ) async throws(ConfigurationError) {
        let settings = try await SettingsReader(flags: flags, environment: environment, file: file)
        database = try ServiceConfiguration.database(settings)
        redis = try ServiceConfiguration.redis(settings)
        prefix = try ServiceConfiguration.sessionPrefix(settings)
        policy = SessionPolicy(timeToLive: try ServiceConfiguration.sessionTimeToLive(settings))
        appIDs = try ServiceConfiguration.appIDs(settings)
        self.logger = logger
    }

    /// The users that a criterion fits.
    ///
    /// - Throws: ``ConfigurationError`` when a search by openid or phone lacks `WECHAT_APPID`; ``AdministrationError``.
    public func users(_ criterion: UserCriterion) async throws -> JSONValue {
        switch criterion {
        case .openID, .phone:
            guard !appIDs.isEmpty else {
                throw ConfigurationError(.weChatAppID, "is required to look for users by openid or phone")
            }
        case .id, .unionID: break
        }
        return try await perform(needsRedis: false) { administration, _ throws(Failure) in
            ["users": .array(try await administration.users(criterion).map(\.adminJSON))]
        }
    }

    /// A user.
    ///
    /// - Throws: ``AdministrationError``, also when there is none of this number.
    public func user(_ id: Int64) async throws -> JSONValue {
        try await perform(needsRedis: false) { administration, _ throws(Failure) in
            try await administration.user(id).adminJSON
        }
    }

    /// Forbids a user to log in, and ends the sessions there are.
    ///
    /// - Parameters:
    ///   - id: The user's number.
    ///   - until: A time as RFC 3339 has it, or `forever`; nil with a duration.
    ///   - duration: A number with `s`, `m`, `h` or `d`; nil with a time.
    ///   - reason: For the audit log.
    /// - Returns: `bannedUntil` and `ended`.
    /// - Throws: ``AdministrationError``.
    public func ban(
        _ id: Int64, until: String?, for duration: String?, reason: String?
    ) async throws -> JSONValue {
        let request = BanRequest(until: until, duration: duration, reason: reason)
        return try await perform { administration, origin throws(Failure) in
            let end = try request.end()
            let count = try await administration.ban(id, until: end, reason: request.checkedReason(), from: origin)
            return ["bannedUntil": User.end(end), "ended": .integer(Int64(count))]
        }
    }

    /// Lets a user log in again.
    ///
    /// - Throws: ``AdministrationError``.
    public func unban(_ id: Int64) async throws -> JSONValue {
        try await perform(needsRedis: false) { administration, origin throws(Failure) in
            try await administration.unban(id, from: origin)
            return ["bannedUntil": nil]
        }
    }

    /// The live sessions of a user, the newest first.
    ///
    /// - Throws: ``AdministrationError``.
    public func sessions(of id: Int64) async throws -> JSONValue {
        try await perform { administration, _ throws(Failure) in
            ["sessions": .array(try await administration.sessions(of: id).map(\.adminJSON))]
        }
    }

    /// Ends one session of a user.
    ///
    /// - Returns: `ended`, 0 when there is none of this name.
    /// - Throws: ``AdministrationError``.
    public func end(_ session: String, of id: Int64) async throws -> JSONValue {
        try await perform { administration, origin throws(Failure) in
            ["ended": try await administration.end(session, of: id, from: origin) ? 1 : 0]
        }
    }

    /// Ends all sessions of a user, and the logins under way.
    ///
    /// - Returns: `ended`.
    /// - Throws: ``AdministrationError``.
    public func endAll(of id: Int64) async throws -> JSONValue {
        try await perform { administration, origin throws(Failure) in
            ["ended": .integer(Int64(try await administration.endAll(of: id, from: origin)))]
        }
    }

    private func perform(
        needsRedis: Bool = true,
        _ body: (UserAdministration, EventOrigin) async throws(Failure) -> JSONValue
    ) async throws -> JSONValue {
        try await database.opened { try await perform(on: $0, needsRedis: needsRedis, body) }
    }

    private func perform(
        on users: any RelationalDatabase,
        needsRedis: Bool,
        _ body: (UserAdministration, EventOrigin) async throws(Failure) -> JSONValue
    ) async throws -> JSONValue {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let redis = RedisClient(configuration: redis, eventLoopGroup: group, logger: logger)
        let outcome: Result<JSONValue, any Error>
        do {
            if needsRedis { try await connect(redis) }
            let administration = UserAdministration(
                users: RelationalUserStore(database: users),
                // Sessions are named by reference here, which no key is needed for.
                sessions: RedisSessionStore(
                    redis: redis, keyspace: SessionKeyspace(prefix: prefix, secretKeys: .ephemeral()), policy: policy),
                events: LoginEvents(logger: logger),
                appIDs: appIDs)
            outcome = .success(try await body(administration, EventOrigin(logger: logger)))
        } catch let error as Failure {
            outcome = .failure(AdministrationError(error))
        } catch {
            outcome = .failure(error)
        }
        await redis.shutdown()
        try? await group.shutdownGracefully()
        return try outcome.get()
    }

    private func connect(_ redis: RedisClient) async throws {
        do { try await redis.connect() } catch { throw ConfigurationError(.redisURL, "\(error)") }
    }
}

/// Why a command could not do what it was told: one line without a secret.
public struct AdministrationError: Error, CustomStringConvertible {
    /// For the operator.
    public let description: String

    init(_ failure: Failure) {
        let text =
            switch failure.code {
            case .sessionStoreUnavailable: "REDIS_URL: \(failure.underlying.map { "\($0)" } ?? failure.message)"
            case .userStoreUnavailable: "DATABASE_URL: \(failure.underlying.map { "\($0)" } ?? failure.message)"
            default: failure.message
            }
        description = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

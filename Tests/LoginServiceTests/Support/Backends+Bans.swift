import Logging
import RelationalStore
import Testing

@testable import LoginService

extension Backends {
    /// Bans and unbans as a command does: beside the nodes, on their database and their Redis.
    func withBans<Value>(_ body: (UserBans, EventOrigin) async throws -> Value) async throws -> Value {
        let keys = try #require(SecretKeys(base64: Self.secretKey))
        let sessions = RedisSessionStore(
            redis: redis, keyspace: SessionKeyspace(prefix: "session:", secretKeys: keys),
            policy: SessionPolicy(timeToLive: .seconds(3_600)))
        let logger = Logger(label: "bans") { _ in SwiftLogNoOpLogHandler() }
        let database = try makeDatabase(url: DatabaseURL(databaseURL))
        let bans = UserBans(
            users: RelationalUserStore(database: database), sessions: sessions, events: LoginEvents(logger: logger))
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(bans, EventOrigin(logger: logger))) } catch {
            outcome = .failure(error)
        }
        await database.shutdown()
        return try outcome.get()
    }
}

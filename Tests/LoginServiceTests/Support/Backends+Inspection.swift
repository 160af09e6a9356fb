import NIOCore
import RedisClient
import RelationalStore
import Testing
import WeChatSandbox

/// What a test sees of the backends, beside the nodes.
extension Backends {
    /// The token of a user in the md5 style.
    func md5Token(of user: String = "alice") throws -> String {
        LoginServiceTests.md5Token(of: try sandbox.openID(of: user))
    }

    /// The value of a key as text; nil when there is none.
    func redisValue(_ key: String) async throws -> String? {
        try await redis.get(key).map { String(buffer: $0) }
    }

    /// All keys that match a pattern.
    func redisKeys(_ pattern: String = "*") async throws -> [String] {
        guard case .array(let keys) = try await redis.send(RedisCommand("KEYS", .string(pattern))) else { return [] }
        return keys.compactMap { if case .bulk(let bytes) = $0 { String(buffer: bytes) } else { nil } }.sorted()
    }

    /// How many commands that read or write keys Redis has executed, those of the test included.
    func redisCommandCount() async throws -> Int {
        try await redis.calls(of: ["get", "set", "del", "unlink", "eval", "evalsha", "exists", "pexpire", "mget"])
    }

    /// Runs a statement on the users' database.
    @discardableResult
    func runSQL(_ text: SQLText) async throws -> [SQLRow] {
        let database = try makeDatabase(url: DatabaseURL(databaseURL))
        do {
            let rows = try await database.query(SQLStatement(text))
            await database.shutdown()
            return rows
        } catch {
            await database.shutdown()
            throw error
        }
    }

    /// How many users there are.
    func userCount() async throws -> Int64 {
        let rows = try await runSQL("SELECT COUNT(*) AS count FROM users")
        return try #require(rows.first).value("count", as: Int64.self)
    }

    /// Expects that nothing was issued: no user, no session.
    func expectNothingIssued(_ location: SourceLocation = #_sourceLocation) async throws {
        #expect(try await userCount() == 0, sourceLocation: location)
        #expect(try await redisKeys("session:*") == [], sourceLocation: location)
    }
}

extension RedisClient {
    /// How often the server has executed some commands, whoever sent them.
    func calls(of commands: [String]) async throws -> Int {
        guard case .bulk(let bytes) = try await send(RedisCommand("INFO", "commandstats")) else { return -1 }
        return String(buffer: bytes).split(whereSeparator: \.isNewline).reduce(0) { sum, line in
            guard let match = line.firstMatch(of: /^cmdstat_([^:]+):calls=([0-9]+),/),
                commands.contains(String(match.1))
            else { return sum }
            return sum + (Int(match.2) ?? 0)
        }
    }
}

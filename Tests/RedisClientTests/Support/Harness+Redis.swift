import RedisClient
import RedisServerFixture

/// Gives a test a client of a server of its own.
func withRedis(_ settings: [Setting] = [], _ body: (RedisClient) async throws -> Void) async throws {
    try await withRedisServer { server in
        try await withClient(server.url, settings: settings) { client, _ in try await body(client) }
    }
}

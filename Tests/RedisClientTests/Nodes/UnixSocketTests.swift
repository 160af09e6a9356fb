import NIOCore
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct UnixSocketTests {
    @Test func `commands pass over a socket of this machine, and again after a restart`() async throws {
        // Without a TCP port, so that there is no other way.
        try await withRedisServer(arguments: ["--port", "0", "--requirepass", "hunter2"]) { server async throws in
            let url = "unix://:hunter2@\(server.socketPath)?db=3"
            try await withClient(url, loops: 1) { redis, _ async throws in
                try await redis.connect()
                let value = String(repeating: "v", count: 300_000)
                try await redis.set("k", to: value)
                #expect(try await redis.get("k") == ByteBuffer(string: value))
                let facts = try await redis.send(RedisCommand("CLIENT", "INFO"))
                guard case .bulk(let text) = facts else { throw NeverHappened(what: "CLIENT INFO") }
                #expect(String(buffer: text).contains(" db=3 "))
                try server.restart()
                try await untilAnswered(redis)
                #expect(try await redis.get("k") == nil)
            }
        }
    }

    @Test func `no socket at the path is a connect error that names no password`() async throws {
        try await withClient("unix://:hunter2@/nowhere/redis.sock", loops: 1) { redis, _ async throws in
            let error = await failure { () async throws(RedisError) in try await redis.connect() }
            #expect(error?.code == .connectFailed)
            #expect(!"\(String(describing: error))".contains("hunter2"))
        }
    }
}

import NIOCore
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1)), .enabled(if: RedisServer.isAvailable)) struct SharedConnectionTests {
    private static let refused: [RedisCommand] = [
        RedisCommand("MULTI"), RedisCommand("multi"), RedisCommand("EXEC"), RedisCommand("WATCH", "k"),
        RedisCommand("SELECT", 1), RedisCommand("AUTH", "x"), RedisCommand("HELLO", 3), RedisCommand("RESET"),
        RedisCommand("QUIT"), RedisCommand("MONITOR"), RedisCommand("SUBSCRIBE", "c"), RedisCommand("ssubscribe", "c"),
        RedisCommand("CLIENT", "REPLY", "OFF"), RedisCommand("client", "tracking", "on"),
        RedisCommand("SCRIPT", "DEBUG", "YES"), RedisCommand("BLPOP", "k", 0), RedisCommand("WAIT", 1, 0),
        RedisCommand("XREAD", "COUNT", 1, "block", 0, "STREAMS", "k", "$"),
        RedisCommand("XREADGROUP", "GROUP", "g", "c", "BLOCK", 0, "STREAMS", "k", ">"),
        RedisCommand("XREADGROUP", "BLOCK", 0, "GROUP", "g", "c", "STREAMS", "k", ">"),
        RedisCommand("XREADGROUP", "COUNT", 1, "group", "STREAMS", "STREAMS", "BLOCK", 0, "STREAMS", "k", ">"),
        RedisCommand("XREADGROUP", "NOACK", "BLOCK", "0", "GROUP", "g", "c", "STREAMS", "k", ">"),
        RedisCommand("XREAD", bytes("block"), 0, "STREAMS", "k", "$"),
        RedisCommand("CLIENT", bytes("Reply"), "OFF"), RedisCommand("SCRIPT", bytes("debug"), "YES"),
    ]

    private static func bytes(_ text: String) -> RedisArgument { .bytes(ByteBuffer(string: text)) }

    private func expectRefusal(_ body: () async throws(RedisError) -> Void) async {
        let error = await failure(body)
        #expect(error?.code == .needsOwnConnection)
        #expect(error?.wasSent == false)
    }

    private func expectRefusal(of command: RedisCommand, by redis: RedisClient) async {
        let operation = RedisOperation<RedisValue>.command(command)
        let read = RedisOperation<[String]>.command(command, as: [String].self).map(\.count)
        await expectRefusal { () async throws(RedisError) in _ = try await redis.send(command) }
        await expectRefusal { () async throws(RedisError) in _ = try await redis.perform(read) }
        await expectRefusal { () async throws(RedisError) in
            _ = try await redis.pipeline(.increment("n"), operation)
        }
        await expectRefusal { () async throws(RedisError) in _ = try await redis.pipeline([operation]) }
        await expectRefusal { () async throws(RedisError) in
            _ = try await redis.transaction(.increment("n"), operation)
        }
        await expectRefusal { () async throws(RedisError) in _ = try await redis.transaction([operation]) }
    }

    @Test func `what would change or block everybody's connection is refused, alone and in a batch`() async throws {
        try await withRedis { redis async throws in
            try await redis.set("k", to: "v")
            for command in Self.refused { await expectRefusal(of: command, by: redis) }
            // Nothing was sent, of the batches neither, and the connection is what it was.
            #expect(try await redis.get("n") == nil)
            #expect(try await redis.get("k") == ByteBuffer(string: "v"))
        }
    }

    @Test func `words of these commands are no harm elsewhere`() async throws {
        try await withRedis { redis async throws in
            for command in [
                RedisCommand("CLIENT", "ID"), RedisCommand("CLIENT", "NO-EVICT", "off"),
                RedisCommand("SET", "MULTI", "BLOCK"),
                RedisCommand("XADD", "BLOCK", "*", "f", "v"), RedisCommand("XREAD", "STREAMS", "BLOCK", "0"),
                RedisCommand("XGROUP", "CREATE", "BLOCK", "BLOCK", "$"),
                RedisCommand("XREADGROUP", "GROUP", "BLOCK", "BLOCK", "STREAMS", "BLOCK", ">"),
                RedisCommand("XREADGROUP", "COUNT", 1, "NOACK", "GROUP", "BLOCK", "BLOCK", "STREAMS", "BLOCK", ">"),
                RedisCommand("XREAD", "COUNT", 1, Self.bytes("streams"), "BLOCK", "0"),
            ] {
                _ = try await redis.send(command)
            }
        }
    }
}

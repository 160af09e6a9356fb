import NIOCore
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct CommandTests {
    @Test func `a value set is got, until it is deleted`() async throws {
        try await withRedis { redis async throws in
            #expect(try await redis.get("k") == nil)
            #expect(try await redis.set("k", to: "v"))
            #expect(try await redis.get("k") == ByteBuffer(string: "v"))
            let bytes = ByteBuffer(bytes: (0...255).map(UInt8.init))
            #expect(try await redis.set("k", to: bytes))
            #expect(try await redis.get("k") == bytes)
            #expect(try await redis.delete("k") == 1)
            #expect(try await redis.delete("k") == 0)
            #expect(try await redis.get("k") == nil)
        }
    }

    @Test func `empty and large values and foreign keys come back whole`() async throws {
        try await withRedis { redis async throws in
            for value in ["", "密\r\n\0", String(repeating: "x", count: 3_000_000)] {
                try await redis.set("键 \r\n", to: value, timeout: .seconds(5))
                #expect(try await redis.get("键 \r\n", timeout: .seconds(5)) == ByteBuffer(string: value))
            }
        }
    }

    @Test func `a command larger than the socket takes at once is sent once`() async throws {
        try await withRedisServer { server in
            try await withClient(server.url, loops: 1) { redis, _ in
                for _ in 0..<20 { try await redis.set("k", to: String(repeating: "x", count: 100_000)) }
                guard case .bulk(let stats) = try await redis.send(RedisCommand("INFO", "commandstats")) else {
                    Issue.record("INFO answers a text")
                    return
                }
                #expect(String(buffer: stats).contains("cmdstat_set:calls=20,"))
            }
        }
    }

    @Test func `a condition decides whether a value is set`() async throws {
        try await withRedis { redis async throws in
            #expect(try await redis.set("k", to: "1", condition: .ifPresent) == false)
            #expect(try await redis.set("k", to: "2", condition: .ifAbsent))
            #expect(try await redis.set("k", to: "3", condition: .ifAbsent) == false)
            #expect(try await redis.set("k", to: "4", condition: .ifPresent))
            #expect(try await redis.get("k") == ByteBuffer(string: "4"))
        }
    }

    @Test func `time to live tells no key, no expiry and time left apart`() async throws {
        try await withRedis { redis async throws in
            #expect(try await redis.timeToLive("k") == .noKey)
            try await redis.set("k", to: "v")
            #expect(try await redis.timeToLive("k") == .noExpiry)
            #expect(try await redis.expire("k", after: .seconds(100)))
            guard case .expires(let left) = try await redis.timeToLive("k") else {
                Issue.record("no expiry")
                return
            }
            #expect(left > .seconds(90) && left <= .seconds(100))
            try await redis.set("k", to: "v", expiry: .milliseconds(50_000))
            #expect(try await redis.timeToLive("k") != .noExpiry)
            #expect(try await redis.expire("k", after: .zero))
            #expect(try await redis.timeToLive("k") == .noKey)
            #expect(try await redis.expire("k", after: .seconds(1)) == false)
        }
    }

    @Test func `many keys are removed in one step`() async throws {
        try await withRedis { redis async throws in
            for key in ["a", "b", "c", "d"] { try await redis.set(key, to: key) }
            #expect(try await redis.delete(["a", "b", "x"]) == 2)
            #expect(try await redis.unlink(["c", "x"]) == 1)
            #expect(try await redis.unlink("d") == 1)
            #expect(try await redis.delete([]) == 0)
        }
    }

    @Test func `a script runs whether the server knows it or not`() async throws {
        try await withRedis { redis async throws in
            let script = RedisScript("return {KEYS[1], ARGV[1], ARGV[2] + 1}")
            let expected = RedisValue.array([
                .bulk(ByteBuffer(string: "k")), .bulk(ByteBuffer(string: "a")), .integer(8),
            ])
            #expect(try await redis.evaluate(script, keys: ["k"], arguments: ["a", 7]) == expected)
            #expect(try await redis.evaluate(script, keys: ["k"], arguments: ["a", 7]) == expected)
            _ = try await redis.send(RedisCommand("SCRIPT", "FLUSH"))
            #expect(try await redis.evaluate(script, keys: ["k"], arguments: ["a", 7]) == expected)
            // The text was sent when it had to be, and only then.
            let calls = try await redis.send(RedisCommand("INFO", "commandstats"))
            guard case .bulk(let text) = calls else {
                Issue.record("no text")
                return
            }
            #expect(String(buffer: text).contains("cmdstat_eval:calls=2,"))
            #expect(String(buffer: text).contains("cmdstat_evalsha:calls=3,"))
        }
    }

    @Test func `the digest of a script is its SHA-1`() {
        #expect(RedisScript("return 1").digest == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db")
    }

    @Test func `any command may be sent and nested errors are values`() async throws {
        try await withRedis { redis async throws in
            try await redis.ping()
            #expect(try await redis.send(RedisCommand("RPUSH", "list", "a", 2)) == .integer(2))
            #expect(
                try await redis.send(RedisCommand("LRANGE", "list", 0, -1))
                    == .array([.bulk(ByteBuffer(string: "a")), .bulk(ByteBuffer(string: "2"))]))
            let script = RedisScript("return {1, redis.error_reply('MYERR secret')}")
            #expect(
                try await redis.evaluate(script) == .array([.integer(1), .error(RedisServerError(prefix: "MYERR"))]))
        }
    }

    @Test func `an error reply is thrown with its first word and nothing else`() async throws {
        try await withRedis { redis async throws in
            _ = try await redis.send(RedisCommand("RPUSH", "list", "a"))
            let wrongType = await failure { () async throws(RedisError) in try await redis.get("list") }
            #expect(wrongType?.code == .server)
            #expect(wrongType?.serverError == .wrongType)
            #expect(wrongType?.wasSent == true)
            let unknown = await failure { () async throws(RedisError) in
                try await redis.send(RedisCommand("HUNTER2", "hunter2"))
            }
            #expect(unknown?.serverError == .general)
            var dumped = ""
            dump(unknown, to: &dumped)
            #expect(!"\(String(describing: unknown)) \(dumped)".lowercased().contains("hunter2"))
            // The connection is none the worse for it.
            #expect(try await redis.get("k") == nil)
        }
    }

    @Test func `a unix socket serves as well`() async throws {
        try await withRedisServer { server in
            try await withClient(server.socketURL + "?db=3") { redis, _ in
                try await redis.set("k", to: "v")
                #expect(try await redis.get("k") == ByteBuffer(string: "v"))
            }
            try await withClient(server.url + "/3") { redis, _ async throws in #expect(try await redis.get("k") != nil)
            }
            try await withClient(server.url) { redis, _ async throws in #expect(try await redis.get("k") == nil) }
        }
    }
}

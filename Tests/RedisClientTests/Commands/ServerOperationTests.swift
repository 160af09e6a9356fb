import RedisClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct ServerOperationTests {
    @Test func `the server tells of itself`() async throws {
        try await withRedis { redis async throws in
            try await redis.perform(.ping)
            let version = try await redis.perform(.info(section: "server"))["redis_version"]
            #expect(version?.isEmpty == false)
            #expect(try await redis.perform(.info())["connected_clients"] != nil)
            #expect(try await redis.publish("message", to: "nobody") == 0)
        }
    }

    @Test func `a script is loaded, known, and run as a type`() async throws {
        try await withRedis { redis async throws in
            let script = RedisScript("return {ARGV[1], 'b'}")
            #expect(try await redis.perform(.knows([script])) == [false])
            try await redis.perform(.load(script))
            #expect(try await redis.perform(.knows([script, RedisScript("return 2")])) == [true, false])
            #expect(try await redis.perform(.evaluate(script, arguments: ["a"], as: [String].self)) == ["a", "b"])
        }
    }

    @Test func `a script that writes nothing runs unknown and known, and may not write`() async throws {
        try await withRedis { redis async throws in
            try await redis.set("k", to: 7)
            let read = RedisScript("return redis.call('GET', KEYS[1])")
            for _ in 0..<2 {
                #expect(try await redis.perform(.evaluateReadOnly(read, keys: ["k"], as: Int.self)) == 7)
            }
            let write = RedisScript("return redis.call('SET', KEYS[1], 1)")
            let error = await failure { () async throws(RedisError) in
                try await redis.perform(.evaluateReadOnly(write, keys: ["k"], as: RedisValue.self))
            }
            #expect(error?.code == .server)
            #expect(try await redis.get("k", as: Int.self) == 7)
        }
    }

    @Test func `any command may be an operation, and its output another`() async throws {
        try await withRedis { redis async throws in
            #expect(try await redis.perform(.command(RedisCommand("ECHO", "a"), as: String.self)) == "a")
            let length = RedisOperation.command(RedisCommand("ECHO", "abc"), as: String.self).map(\.count)
            #expect(try await redis.perform(length) == 3)
            let error = await failure { () async throws(RedisError) in
                try await redis.perform(.command(RedisCommand("ECHO", "hunter2"), as: [Int].self))
            }
            #expect(error?.code == .unexpectedReply)
        }
    }

    @Test func `an operation shows its name and nothing else`() {
        let operations = [
            RedisOperation<RedisValue>.command(RedisCommand("SET", "hunter2", "hunter2")),
            .evaluate(RedisScript("hunter2"), keys: ["hunter2"], arguments: ["hunter2"]),
        ]
        for operation in operations {
            var dumped = ""
            dump(operation, to: &dumped)
            for text in ["\(operation)", String(reflecting: operation), dumped] { #expect(!text.contains("hunter2")) }
        }
        #expect("\(RedisOperation.get("hunter2"))" == "RedisOperation(GET)")
        #expect("\(operations[1])" == "RedisOperation(EVALSHA)")
    }
}

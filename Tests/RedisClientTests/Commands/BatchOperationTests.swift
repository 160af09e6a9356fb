import NIOCore
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct BatchOperationTests {
    @Test func `a pipeline answers each operation with its own type`() async throws {
        try await withRedis { redis async throws in
            let (set, name, count, fields) = try await redis.pipeline(
                .set("name", to: "v"), .get("name", as: String.self), .increment("n", by: 3),
                .hashGetAll("none", as: Int.self))
            #expect(try set.get())
            #expect(try name.get() == "v")
            #expect(try count.get() == 3)
            #expect(try fields.get() == [:])
            let one = try await redis.pipeline(.get("name"))
            #expect(try one.get() == ByteBuffer(string: "v"))
        }
    }

    @Test func `one that fails in a pipeline does not stop the next`() async throws {
        try await withRedis { redis async throws in
            let (_, wrong, undecodable, last) = try await redis.pipeline(
                .set("k", to: "text"), .increment("k"), .get("k", as: Int.self), .exists("k"))
            #expect(problem(in: wrong)?.serverError == .general)
            #expect(problem(in: undecodable)?.code == .unexpectedReply)
            #expect(try last.get())
        }
    }

    @Test func `a list of operations is answered in order, and an empty one at once`() async throws {
        try await withRedis { redis async throws in
            let counts = try await redis.pipeline((0..<1_000).map { _ in .increment("n") })
            #expect(try counts.map { try $0.get() } == Array(1...1_000))
            let none: [RedisOperation<Int>] = []
            #expect(try await redis.pipeline(none).isEmpty)
            #expect(try await redis.transaction(none).isEmpty)
        }
    }

    @Test func `a transaction is one step among many callers`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1) { redis, _ async throws in
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    for _ in 0..<50 {
                        tasks.addTask {
                            for _ in 0..<20 {
                                let (before, _, after) = try await redis.transaction(
                                    .increment("n"), .set("k", to: "v"), .increment("n"))
                                #expect(try after.get() == before.get() + 1)
                            }
                        }
                        tasks.addTask { for _ in 0..<20 { try await redis.increment("other") } }
                    }
                    try await tasks.waitForAll()
                }
                #expect(try await redis.get("n", as: Int.self) == 2_000)
            }
        }
    }

    @Test func `an operation that fails in EXEC has its failure in its place, and the others have run`() async throws {
        try await withRedis { redis async throws in
            let (_, wrong, count) = try await redis.transaction(
                .set("k", to: "text"), .hashCount("k"), .increment("n"))
            #expect(problem(in: wrong)?.serverError == .wrongType)
            #expect(try count.get() == 1)
            let list = try await redis.transaction((0..<3).map { _ in RedisOperation.increment("n") })
            #expect(try list.map { try $0.get() } == [2, 3, 4])
        }
    }

    @Test func `an operation refused before EXEC gives the transaction up, and nothing has run`() async throws {
        try await withRedis { redis async throws in
            let error = await failure { () async throws(RedisError) in
                try await redis.transaction(
                    .increment("n"), .command(RedisCommand("HUNTER2", "hunter2")), .increment("n"))
            }
            #expect(error?.serverError == .executionAborted)
            #expect((error?.underlying as? RedisTransactionRefusal)?.errors == [1: .general])
            #expect(error?.mayHaveRun == false)
            #expect(error?.wasSent == true)
            #expect(!"\(String(describing: error))".lowercased().contains("hunter2"))
            #expect(try await redis.get("n") == nil)
            // The connection is out of the transaction.
            #expect(try await redis.increment("n") == 1)
        }
    }

    @Test func `a user who may not use MULTI is told that the commands may have run one by one`() async throws {
        let user = ["--user", "app", "on", "nopass", "~*", "+@all", "-multi"]
        try await withRedisServer(arguments: user) { server async throws in
            let url = "redis://app:x@127.0.0.1:\(server.port)"
            try await withClient(url, loops: 1) { redis, _ async throws in
                let error = await failure { () async throws(RedisError) in
                    try await redis.transaction(.increment("n"), .increment("n"))
                }
                #expect(error?.serverError == .noPermission)
                #expect(error?.mayHaveRun == true)
                #expect(try await redis.get("n", as: Int.self) == 2)
            }
        }
    }

    @Test func `a script the server does not know runs in a pipeline and in a transaction`() async throws {
        try await withRedis { redis async throws in
            let script = RedisScript("return redis.call('INCRBY', KEYS[1], ARGV[1])")
            func call(_ amount: Int) -> RedisOperation<Int> {
                .evaluate(script, keys: ["n"], arguments: [.integer(amount)], as: Int.self)
            }
            let (first, second, third) = try await redis.transaction(call(1), .increment("n"), call(1))
            #expect(try [first.get(), second.get(), third.get()] == [1, 2, 3])
            _ = try await redis.send(RedisCommand("SCRIPT", "FLUSH"))
            #expect(try await redis.pipeline([call(1), call(1), call(1)]).map { try $0.get() } == [4, 5, 6])
            // The text went once a batch.
            let stats = try await redis.perform(.info(section: "commandstats"))
            #expect(stats["cmdstat_eval"]?.hasPrefix("calls=2,") == true)
            #expect(stats["cmdstat_evalsha"]?.hasPrefix("calls=3,") == true)
        }
    }

    private func problem<Value>(in outcome: Result<Value, RedisError>) -> RedisError? {
        if case .failure(let error) = outcome { error } else { nil }
    }
}

import NIOCore
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct KeyOperationTests {
    @Test func `keys are counted, renamed and told by type`() async throws {
        try await withRedis { redis async throws in
            #expect(try await redis.perform(.exists("k")) == false)
            #expect(try await redis.perform(.type("k")) == nil)
            try await redis.set("k", to: "v")
            #expect(try await redis.perform(.exists("k")))
            #expect(try await redis.perform(.exists(["k", "x", "k"])) == 2)
            #expect(try await redis.perform(.type("k")) == .string)
            try await redis.perform(.rename("k", to: "l"))
            #expect(try await redis.get("l", as: String.self) == "v")
            try await redis.set("m", to: "w")
            #expect(try await redis.perform(.renameIfAbsent("l", to: "m")) == false)
            #expect(try await redis.perform(.renameIfAbsent("l", to: "o")))
            let missing = await failure { () async throws(RedisError) in
                try await redis.perform(.rename("none", to: "x"))
            }
            #expect(missing?.serverError == .general)
        }
    }

    @Test func `the condition of an expiry looks at the one there is`() async throws {
        try await withRedis { redis async throws in
            try await redis.set("k", to: "v")
            #expect(try await redis.perform(.expire("k", after: .seconds(50), condition: .ifAny)) == false)
            #expect(try await redis.perform(.expire("k", after: .seconds(50), condition: .ifLater)) == false)
            #expect(try await redis.perform(.expire("k", after: .seconds(50), condition: .ifNone)))
            #expect(try await redis.perform(.expire("k", after: .seconds(10), condition: .ifLater)) == false)
            #expect(try await redis.perform(.expire("k", after: .seconds(90), condition: .ifEarlier)) == false)
            #expect(try await redis.perform(.expire("k", after: .seconds(90), condition: .ifLater)))
            #expect(try await redis.perform(.persist("k")))
            #expect(try await redis.perform(.persist("k")) == false)
        }
    }

    @Test func `a key expires at a time of the server's clock`() async throws {
        try await withRedis { redis async throws in
            try await redis.set("k", to: "v")
            let now = try await redis.perform(.time)
            #expect(now > RedisTime(sinceEpoch: .seconds(1_700_000_000)))
            #expect(try await redis.perform(.expire("k", at: now + .seconds(60))))
            guard case .expires(let left) = try await redis.timeToLive("k") else {
                Issue.record("no expiry")
                return
            }
            // The clock of expiry may stand a moment behind that of TIME.
            #expect(left > .seconds(30) && left <= .seconds(61))
            #expect(try await redis.perform(.time) - now < .seconds(30))
            #expect(try await redis.perform(.expire("k", at: RedisTime(sinceEpoch: .seconds(1)))))
            #expect(try await redis.perform(.exists("k")) == false)
        }
    }

    @Test func `a walk sees every key that stays, and only those asked for`() async throws {
        try await withRedis { redis async throws in
            let names = Set((0..<500).map { "session:\($0)" })
            _ = try await redis.pipeline(names.map { .set($0, to: "v") })
            try await redis.set("other", to: "v")
            _ = try await redis.perform(.setAdd("session:set", members: ["m"]))
            var seen: Set<String> = []
            for try await key in redis.scan(matching: "session:*", type: .string, step: 20) { seen.insert(key) }
            #expect(seen == names)
            seen = []
            for try await key in redis.scan() { seen.insert(key) }
            #expect(seen == names.union(["other", "session:set"]))
            for try await _ in redis.scan(matching: "none") { Issue.record("found") }
        }
    }

    @Test func `a walk ends with its task`() async throws {
        try await withRedis { redis async throws in
            _ = try await redis.pipeline((0..<100).map { .set("\($0)", to: "v") })
            let task = Task {
                await failure { () async throws(RedisError) in
                    for try await _ in redis.scan(step: 1) { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
            #expect(await task.value?.code == .cancelled)
        }
    }
}

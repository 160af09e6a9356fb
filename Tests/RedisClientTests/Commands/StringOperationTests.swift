import NIOCore
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct StringOperationTests {
    @Test func `a value is read as the type asked for`() async throws {
        try await withRedis { redis async throws in
            try await redis.set("n", to: 42)
            #expect(try await redis.get("n", as: Int.self) == 42)
            #expect(try await redis.get("n", as: String.self) == "42")
            #expect(try await redis.perform(.get("n")) == ByteBuffer(string: "42"))
            #expect(try await redis.get("none", as: Int.self) == nil)
            try await redis.set("d", to: 0.1)
            #expect(try await redis.get("d", as: Double.self) == 0.1)
            let error = await failure { () async throws(RedisError) in try await redis.get("d", as: Int.self) }
            #expect(error?.code == .unexpectedReply)
            #expect(error?.underlying is RedisDecodingError)
            #expect(error?.mayHaveRun == true)
            #expect(!"\(String(describing: error))".contains("0.1"))
        }
    }

    @Test func `a value is read and deleted, exchanged, or given an expiry in one step`() async throws {
        try await withRedis { redis async throws in
            #expect(try await redis.perform(.exchange("k", to: "1", expiry: .seconds(100))) == nil)
            #expect(try await redis.timeToLive("k") != .noExpiry)
            #expect(try await redis.perform(.exchange("k", to: "2")) == ByteBuffer(string: "1"))
            #expect(try await redis.timeToLive("k") == .noExpiry)
            #expect(try await redis.perform(.get("k", settingExpiry: .seconds(9))) == ByteBuffer(string: "2"))
            #expect(try await redis.timeToLive("k") != .noExpiry)
            #expect(try await redis.perform(.get("k", settingExpiry: nil)) == ByteBuffer(string: "2"))
            #expect(try await redis.timeToLive("k") == .noExpiry)
            #expect(try await redis.perform(.getAndDelete("k")) == ByteBuffer(string: "2"))
            #expect(try await redis.perform(.getAndDelete("k")) == nil)
        }
    }

    @Test func `many values are set and read in one step`() async throws {
        try await withRedis { redis async throws in
            try await redis.perform(.set(["a": "1", "b": "2"]))
            #expect(try await redis.perform(.get(["a", "x", "b"], as: Int.self)) == [1, nil, 2])
        }
    }

    @Test func `numbers count and texts grow`() async throws {
        try await withRedis { redis async throws in
            #expect(try await redis.increment("n") == 1)
            #expect(try await redis.increment("n", by: 41) == 42)
            #expect(try await redis.increment("n", by: -43) == -1)
            try await redis.set("n", to: Int.max)
            let overflow = await failure { () async throws(RedisError) in try await redis.increment("n") }
            #expect(overflow?.serverError == .general)
            #expect(try await redis.perform(.append("ab", to: "t")) == 2)
            #expect(try await redis.perform(.append("密", to: "t")) == 5)
            #expect(try await redis.perform(.length(ofValue: "t")) == 5)
        }
    }
}

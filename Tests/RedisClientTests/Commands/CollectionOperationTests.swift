import NIOCore
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct CollectionOperationTests {
    @Test func `a hash keeps fields`() async throws {
        try await withRedis { redis async throws in
            #expect(try await redis.perform(.hashSet("h", field: "a", to: 1)) == 1)
            #expect(try await redis.perform(.hashSet("h", to: ["a": "2", "b": "3"])) == 1)
            #expect(try await redis.perform(.hashSetIfAbsent("h", field: "a", to: "9")) == false)
            #expect(try await redis.perform(.hashSetIfAbsent("h", field: "c", to: "4")))
            #expect(try await redis.perform(.hashGet("h", field: "a", as: Int.self)) == 2)
            #expect(try await redis.perform(.hashGet("h", field: "x", as: Int.self)) == nil)
            #expect(
                try await redis.perform(.hashGet("h", fields: ["b", "x", "c"], as: String.self)) == ["3", nil, "4"])
            #expect(try await redis.perform(.hashGetAll("h", as: Int.self)) == ["a": 2, "b": 3, "c": 4])
            #expect(try await redis.perform(.hashGetAll("none", as: ByteBuffer.self)).isEmpty)
            #expect(try await redis.perform(.hashIncrement("h", field: "n", by: -2)) == -2)
            #expect(try await redis.perform(.hashExists("h", field: "n")))
            #expect(try await redis.perform(.hashDelete("h", fields: ["n", "x"])) == 1)
            #expect(try await redis.perform(.hashExists("h", field: "n")) == false)
            #expect(try await redis.perform(.hashCount("h")) == 3)
        }
    }

    @Test func `a set keeps members once`() async throws {
        try await withRedis { redis async throws in
            #expect(try await redis.perform(.setAdd("s", members: ["a", "b", "a"])) == 2)
            #expect(try await redis.perform(.setContains("s", member: "a")))
            #expect(try await redis.perform(.setContains("s", member: "x")) == false)
            #expect(try await redis.perform(.setMembers("s", as: String.self)) == ["a", "b"])
            #expect(try await redis.perform(.setRemove("s", members: ["a", "x"])) == 1)
            #expect(try await redis.perform(.setCount("s")) == 1)
            #expect(try await redis.perform(.setMembers("none", as: String.self)).isEmpty)
        }
    }

    @Test func `a list is a queue`() async throws {
        try await withRedis { redis async throws in
            #expect(try await redis.perform(.listPush("q", ["1", "2", "3"])) == 3)
            #expect(try await redis.perform(.listPush("q", ["0"], at: .front)) == 4)
            #expect(try await redis.perform(.listRange("q", as: Int.self)) == [0, 1, 2, 3])
            #expect(try await redis.perform(.listRange("q", from: -2, as: Int.self)) == [2, 3])
            #expect(try await redis.perform(.listPop("q", as: Int.self)) == 0)
            #expect(try await redis.perform(.listPop("q", at: .back, as: Int.self)) == 3)
            #expect(try await redis.perform(.listMove(from: "q", to: "working", as: Int.self)) == 1)
            #expect(try await redis.perform(.listRange("working", as: Int.self)) == [1])
            #expect(try await redis.perform(.listCount("q")) == 1)
            _ = try await redis.perform(.listPush("q", ["4", "5"]))
            try await redis.perform(.listTrim("q", keepingFrom: 0, through: 1))
            #expect(try await redis.perform(.listRange("q", as: Int.self)) == [2, 4])
            #expect(try await redis.perform(.listPop("none", as: ByteBuffer.self)) == nil)
            #expect(try await redis.perform(.listMove(from: "none", to: "q", as: ByteBuffer.self)) == nil)
        }
    }

    @Test func `a sorted set keeps members by score`() async throws {
        try await withRedis { redis async throws in
            let board: [ScoredMember<String>] = [
                .init("a", score: 1), .init("b", score: 2.5), .init("c", score: -.infinity), .init("d", score: 1e300),
            ]
            #expect(try await redis.perform(.sortedSetAdd("z", board)) == 4)
            let ordered = board.sorted { $0.score < $1.score }
            #expect(try await redis.perform(.sortedSetRange("z", as: String.self)) == ordered)
            #expect(
                try await redis.perform(.sortedSetRange("z", from: 0, through: 1, order: .descending, as: String.self))
                    == ordered.reversed().prefix(2).map(\.self))
            #expect(try await redis.perform(.sortedSetScore("z", of: "b")) == 2.5)
            #expect(try await redis.perform(.sortedSetScore("z", of: "x")) == nil)
            #expect(try await redis.perform(.sortedSetRank("z", of: "a")) == 1)
            #expect(try await redis.perform(.sortedSetRank("z", of: "a", order: .descending)) == 2)
            #expect(try await redis.perform(.sortedSetRank("z", of: "x")) == nil)
            #expect(try await redis.perform(.sortedSetIncrement("z", member: "a", by: 0.5)) == 1.5)
            #expect(try await redis.perform(.sortedSetCount("z")) == 4)
            #expect(
                try await redis.perform(.sortedSetCount("z", scoresFrom: .exclusive(1.5), to: .inclusive(2.5))) == 1)
            #expect(try await redis.perform(.sortedSetRemove("z", members: ["d", "x"])) == 1)
            #expect(try await redis.perform(.sortedSetPopMinimum("z", as: String.self)).map(\.member) == ["c"])
            #expect(
                try await redis.perform(.sortedSetRemove("z", scoresFrom: .inclusive(-.infinity), to: .exclusive(2)))
                    == 1)
            #expect(try await redis.perform(.sortedSetRange("z", as: String.self)).map(\.member) == ["b"])
        }
    }

    @Test func `a range of scores is read from either end`() async throws {
        try await withRedis { redis async throws in
            let members = (1...9).map { ScoredMember($0, score: Double($0)) }
            _ = try await redis.perform(.sortedSetAdd("z", members))
            func range(_ order: ScoreOrder, limit: Int?) async throws -> [Int] {
                try await redis.perform(
                    .sortedSetRange(
                        "z", scoresFrom: .inclusive(3), to: .exclusive(7), order: order, limit: limit, as: Int.self)
                ).map(\.member)
            }
            #expect(try await range(.ascending, limit: nil) == [3, 4, 5, 6])
            #expect(try await range(.descending, limit: nil) == [6, 5, 4, 3])
            #expect(try await range(.ascending, limit: 2) == [3, 4])
            #expect(try await range(.descending, limit: 3) == [6, 5, 4])
        }
    }

    @Test func `a condition decides which members are written`() async throws {
        try await withRedis { redis async throws in
            func add(_ score: Double, _ condition: AddCondition?) async throws -> Double? {
                _ = try await redis.perform(.sortedSetAdd("z", [.init("a", score: score)], condition: condition))
                return try await redis.perform(.sortedSetScore("z", of: "a"))
            }
            #expect(try await add(5, .ifPresent) == nil)
            #expect(try await add(5, .ifAbsent) == 5)
            #expect(try await add(6, .ifAbsent) == 5)
            #expect(try await add(4, .ifHigher) == 5)
            #expect(try await add(6, .ifHigher) == 6)
            #expect(try await add(7, .ifLower) == 6)
            #expect(try await add(3, .ifLower) == 3)
            #expect(try await add(9, nil) == 9)
        }
    }
}

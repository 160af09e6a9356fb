import NIOCore
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: RedisServer.isAvailable)) struct ClusterReshardingTests {
    @Test func `slots move under load, also to a new node, without an error or a crossed value`() async throws {
        try await withCluster { redis, cluster, group in
            let load = ClusterLoad(keys: (0..<120).map { "key:\($0)" })
            let slots = Set(load.keys.map { Int(HashSlot(of: $0).number) }).sorted()
            let report = try await load.run(on: redis, group) { load in
                for (place, slot) in slots.enumerated() {
                    guard let source = try cluster.owner(of: slot) else { continue }
                    let others = cluster.nodes.filter { $0.port != source.port }
                    let target = others[place % others.count]
                    try cluster.beginMove(of: slot, from: source, to: target)
                    // Some of the load meets the slot half moved.
                    if place.isMultiple(of: 10) { try await load.progress() }
                    try cluster.moveKeys(in: slot, from: source, to: target)
                    if place.isMultiple(of: 10) { try await load.progress() }
                    try cluster.endMove(of: slot, from: source, to: target)
                }
            }
            #expect(report.failures.isEmpty, "\(Set(report.failures.map { "\($0.error)" }))")
            #expect(report.crossed == 0)
            #expect(report.lost == 0)
            #expect(try cluster.spare.ask("DBSIZE") != .number(0))
        }
    }

    @Test func `keys of a slot that is half moved are found on either node`() async throws {
        try await withCluster { redis, cluster, _ in
            let slot = try #require(HashSlot(number: 42))
            let keys = keys(in: slot, count: 10)
            for key in keys { try await redis.set(key, to: key) }
            let source = cluster.primaries[0]
            try cluster.beginMove(of: 42, from: source, to: cluster.spare)
            try cluster.moveKeys(in: 42, from: source, to: cluster.spare, limit: 5)
            for key in keys { #expect(try await redis.get(key) == ByteBuffer(string: key)) }
            let found = try await redis.pipeline(keys.map { .get($0, as: String.self) })
            #expect(try found.map { try $0.get() } == keys)
            // A new key goes where the slot is going, in a transaction too.
            let new = keys[0] + "new"
            let (first, second) = try await redis.transaction(.increment(new), .increment(new))
            #expect(try [first.get(), second.get()] == [1, 2])
            #expect(try cluster.spare.ask("CLUSTER", "COUNTKEYSINSLOT", "42") == .number(6))
            #expect(try source.ask("CLUSTER", "COUNTKEYSINSLOT", "42") == .number(5))
        }
    }

    @Test func `a command whose keys are on two nodes waits for the end of the move`() async throws {
        try await withCluster { redis, cluster, _ in
            let slot = try #require(HashSlot(number: 42))
            let keys = keys(in: slot, count: 2)
            for key in keys { try await redis.set(key, to: key) }
            let source = cluster.primaries[0]
            try cluster.beginMove(of: 42, from: source, to: cluster.spare)
            try cluster.moveKeys(in: 42, from: source, to: cluster.spare, limit: 1)
            let command = RedisCommand("MGET", arguments: keys.map(RedisArgument.string))
            let error = await failure { () async throws(RedisError) in
                try await redis.send(command, timeout: .milliseconds(300))
            }
            #expect(error?.serverError == .tryAgain)
            let waiting = Task { try await redis.send(command, timeout: .seconds(30)) }
            _ = await failure { () async throws(RedisError) in
                try await redis.send(command, timeout: .milliseconds(300))
            }
            try cluster.moveKeys(in: 42, from: source, to: cluster.spare)
            try cluster.endMove(of: 42, from: source, to: cluster.spare)
            #expect(try await waiting.value == .array(keys.map { .bulk(ByteBuffer(string: $0)) }))
        }
    }

    @Test func `a slot that has moved to a node nobody knew is followed there`() async throws {
        try await withCluster { redis, cluster, _ in
            let key = try keys(in: #require(HashSlot(number: 42)), count: 1)[0]
            try await redis.set(key, to: "before")
            try cluster.move(42, from: cluster.primaries[0], to: cluster.spare)
            #expect(try await redis.get(key) == ByteBuffer(string: "before"))
            let tagged = try keys(in: #require(HashSlot(number: 42)), count: 3)
            // Two more slots, of which a pipeline and a transaction hear first.
            try cluster.move(43, from: cluster.primaries[0], to: cluster.spare)
            try cluster.move(44, from: cluster.primaries[0], to: cluster.primaries[1])
            let others = try keys(in: #require(HashSlot(number: 43)), count: 3)
            let outcomes = try await redis.pipeline((tagged + others + others).map { .increment($0 + "n") })
            #expect(try outcomes.map { try $0.get() } == [1, 1, 1, 1, 1, 1, 2, 2, 2])
            let last = try keys(in: #require(HashSlot(number: 44)), count: 1)
            let twice = try await redis.transaction([.increment(last[0]), .increment(last[0])])
            #expect(try twice.map { try $0.get() } == [1, 2])
            // The redirection is remembered: the old owner is not asked again.
            let before = try cluster.primaries[0].info("INFO", "commandstats")["cmdstat_get"]
            for _ in 0..<10 { #expect(try await redis.get(key) == ByteBuffer(string: "before")) }
            #expect(try cluster.primaries[0].info("INFO", "commandstats")["cmdstat_get"] == before)
        }
    }
}

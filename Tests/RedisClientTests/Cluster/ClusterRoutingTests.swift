import NIOCore
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(2)), .enabled(if: RedisServer.isAvailable)) struct ClusterRoutingTests {
    @Test func `every command reaches the node that serves its keys`() async throws {
        try await withCluster { redis, cluster, _ in
            for number in 0..<200 { try await redis.set("key:\(number)", to: "\(number)") }
            for number in 0..<200 {
                #expect(try await redis.get("key:\(number)") == ByteBuffer(string: "\(number)"))
            }
            let sizes = try cluster.primaries.map { try $0.ask("DBSIZE") }
            #expect(sizes.allSatisfy { $0 != .number(0) })
            #expect(try await redis.delete(["{a}1", "{a}2"]) == 0)
            try await redis.ping()
        }
    }

    @Test func `keys of two slots are refused before anything is sent`() async throws {
        try await withCluster { redis, cluster, _ in
            try await redis.connect()
            let keys = ["secret-a", "secret-b"]
            let error = await failure { () async throws(RedisError) in try await redis.delete(keys) }
            #expect(error?.code == .crossSlot)
            #expect(error?.wasSent == false)
            #expect(error.map { "\($0)".contains("secret") } == false)
            let calls = try cluster.primaries.map { try $0.ask("INFO", "commandstats").string.contains("cmdstat_del") }
            #expect(calls == [false, false, false])
        }
    }

    @Test func `a script is taught to each node where it runs, also after the node has forgotten it`() async throws {
        try await withCluster { redis, cluster, _ in
            let script = RedisScript("return redis.call('INCR', KEYS[1])")
            let keys = cluster.keyOfEachPrimary
            for key in keys { #expect(try await redis.evaluate(script, keys: [key]) == .integer(1)) }
            for node in cluster.primaries { try node.ask("SCRIPT", "FLUSH") }
            for key in keys { #expect(try await redis.evaluate(script, keys: [key]) == .integer(2)) }
            let error = await failure { () async throws(RedisError) in try await redis.evaluate(script, keys: keys) }
            #expect(error?.code == .crossSlot)
        }
    }

    @Test func `a transaction runs where its keys are, and only there`() async throws {
        try await withCluster { redis, cluster, _ in
            for key in cluster.keyOfEachPrimary {
                let tagged = "{\(key)}n"
                let (first, second) = try await redis.transaction(.increment(tagged), .increment(tagged))
                #expect(try first.get() == 1)
                #expect(try second.get() == 2)
            }
            let keys = cluster.keyOfEachPrimary
            let error = await failure { () async throws(RedisError) in
                _ = try await redis.transaction(keys.map { .increment($0) })
            }
            #expect(error?.code == .crossSlot)
        }
    }

    @Test func `a pipeline is shared among the nodes, and its outcomes are in its order`() async throws {
        try await withCluster { redis, _, _ in
            let keys = (0..<300).map { "key:\($0)" }
            let set = try await redis.pipeline(keys.map { .set($0, to: $0) })
            #expect(set.count == 300)
            let found = try await redis.pipeline(keys.map { .get($0, as: String.self) })
            #expect(try found.map { try $0.get() } == keys)
        }
    }

    @Test func `a scan sees the keys of all primaries, each once`() async throws {
        try await withCluster { redis, _, _ in
            let keys = (0..<300).map { "key:\($0)" }
            _ = try await redis.pipeline(keys.map { .set($0, to: "v") })
            var seen: [String] = []
            for try await key in redis.scan(matching: "key:*", step: 10) { seen.append(key) }
            #expect(seen.sorted() == keys.sorted())
        }
    }

    @Test func `a script that is loaded, and a flush, reach every primary`() async throws {
        try await withCluster { redis, cluster, _ in
            let script = RedisScript("return 1")
            try await redis.perform(.load(script))
            for node in cluster.primaries {
                #expect(try node.ask("SCRIPT", "EXISTS", script.digest) == .list([.number(1)]))
            }
            for key in cluster.keyOfEachPrimary { try await redis.set(key, to: "v") }
            _ = try await redis.send(RedisCommand("FLUSHALL"))
            for node in cluster.primaries { #expect(try node.ask("DBSIZE") == .number(0)) }
        }
    }

    @Test func `a pipeline takes a flush and a script to every primary, in their places`() async throws {
        try await withCluster { redis, cluster, _ in
            let keys = cluster.keyOfEachPrimary
            for key in keys { try await redis.set(key, to: "old") }
            let script = RedisScript("return 1")
            let commands = [
                RedisCommand("SET", .string(keys[0]), "before"), RedisCommand("FLUSHALL"),
                RedisCommand("SET", .string(keys[1]), "after"), RedisCommand("SCRIPT", "LOAD", .string(script.source)),
            ]
            let outcomes = try await redis.pipeline(commands.map { RedisOperation<RedisValue>.command($0) })
            let done = RedisValue.simpleString("OK")
            let digest = RedisValue.bulk(ByteBuffer(string: script.digest))
            #expect(try outcomes.map { try $0.get() } == [done, done, done, digest])
            #expect(try cluster.primaries.map { try $0.ask("DBSIZE") } == [.number(0), .number(1), .number(0)])
            for node in cluster.primaries {
                #expect(try node.ask("SCRIPT", "EXISTS", script.digest) == .list([.number(1)]))
            }
        }
    }

    @Test func `a transaction does not take a flush, which every primary would have to run`() async throws {
        try await withCluster { redis, cluster, _ in
            let keys = cluster.keyOfEachPrimary
            for key in keys { try await redis.set(key, to: "v") }
            let flush = RedisOperation<RedisValue>.command(RedisCommand("FLUSHALL"))
            let error = await failure { () async throws(RedisError) in _ = try await redis.transaction([flush]) }
            #expect(error?.code == .crossSlot)
            #expect(error?.detail == .everyPrimary)
            #expect(error?.wasSent == false)
            for key in keys { #expect(try await redis.get(key) == ByteBuffer(string: "v")) }
        }
    }

    @Test func `a pipeline fails as a whole when one of its nodes is gone, as sent`() async throws {
        try await withCluster(settings: [.set(\.connectTimeout, .seconds(1))]) { redis, cluster, _ in
            try await redis.connect()
            cluster.primaries[2].kill()
            let keys = cluster.keyOfEachPrimary
            let error = await failure { () async throws(RedisError) in
                try await redis.pipeline(keys.map { .set($0, to: "v") })
            }
            #expect(error.map { [.connectFailed, .connectionLost].contains($0.code) } == true)
            #expect(error?.wasSent == true)
            #expect(try await redis.get(keys[0]) == ByteBuffer(string: "v"))
        }
    }

    @Test func `a cluster of one node is a cluster`() async throws {
        try await withCluster(primaries: 1) { redis, _, _ in
            try await redis.connect()
            for number in 0..<20 { try await redis.set("key:\(number)", to: "v") }
            #expect(try await redis.get("key:7") == ByteBuffer(string: "v"))
        }
    }

    @Test func `dead seeds do not matter while one lives`() async throws {
        try await withRedisCluster { cluster in
            cluster.primaries[1].kill()
            let ports = [1, cluster.primaries[1].port, cluster.primaries[0].port]
            let seeds = ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")
            try await withClient("redis+cluster://\(seeds)") { redis, _ in
                let key = cluster.keyOfEachPrimary[0]
                try await redis.set(key, to: "v")
                #expect(try await redis.get(key) == ByteBuffer(string: "v"))
            }
        }
    }

    @Test func `dead seeds fail commands in time, and the cluster is found when it comes`() async throws {
        try await withRedisCluster(primaries: 1) { cluster in
            cluster.kill()
            try await withClient(cluster.url, settings: [.set(\.connectTimeout, .seconds(1))]) { redis, _ in
                let error = await failure { () async throws(RedisError) in try await redis.get("k") }
                #expect(error?.code == .connectFailed)
                #expect(error?.wasSent == false)
                for node in cluster.nodes { try node.start() }
                try await untilAnswered(redis)
            }
        }
    }

    @Test func `a server without a cluster says so`() async throws {
        try await withRedisServer { server in
            try await withClient("redis+cluster://127.0.0.1:\(server.port)") { redis, _ in
                let error = await failure { () async throws(RedisError) in try await redis.get("k") }
                #expect(error?.code == .connectFailed)
                #expect(error?.serverError == .general)
            }
        }
    }

    @Test func `a database other than 0 is refused without a question`() async throws {
        try await withClient("redis+cluster://127.0.0.1:1", settings: [.set(\.database, 1)]) { redis, _ in
            let error = await failure { () async throws(RedisError) in try await redis.get("k") }
            #expect(error.map { "\($0)" } == "RedisError.connectFailed (a cluster has database 0 only), not sent")
        }
    }

    @Test func `shutting down ends who waits for the map`() async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [] })
        try await withClusterScript(script, settings: [.set(\.commandTimeout, .seconds(30))]) { redis, _ in
            let waiting = (0..<10).map { _ in
                Task { await failure { () async throws(RedisError) in try await redis.get("k") } }
            }
            _ = await failure { () async throws(RedisError) in try await redis.get("k", timeout: .milliseconds(50)) }
            let cancelled = Task { await failure { () async throws(RedisError) in try await redis.get("k") } }
            cancelled.cancel()
            #expect(await cancelled.value?.code == .cancelled)
            await redis.shutdown()
            for task in waiting { #expect(await task.value?.code == .shutdown) }
            #expect(await failure { () async throws(RedisError) in try await redis.get("k") }?.code == .shutdown)
        }
    }
}

extension RedisCluster {
    /// For each of the three primaries a key that it serves from the start.
    var keyOfEachPrimary: [String] {
        primaries.indices.map { place in
            let slots = Self.slotCount * place / primaries.count..<Self.slotCount * (place + 1) / primaries.count
            return (0...).lazy.map { "k\($0)" }.first { slots.contains(Int(HashSlot(of: $0).number)) } ?? ""
        }
    }
}

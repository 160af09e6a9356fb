import NIOCore
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: RedisServer.isAvailable)) struct ClusterFailoverTests {
    /// What happens to a primary.
    enum Death: CaseIterable, Sendable {
        case killed, paused
    }

    @Test(arguments: Death.allCases)
    func `a lost primary costs its own keys only, until its replica has taken over`(death: Death) async throws {
        try await withCluster(replicas: 1, settings: [.set(\.commandTimeout, .seconds(1))]) { redis, cluster, group in
            let load = ClusterLoad(keys: (0..<60).map { "key:\($0)" })
            let lost = cluster.primaries[0]
            defer { lost.resume() }
            let slots = 0..<RedisCluster.slotCount / 3
            let report = try await load.run(on: redis, group) { load in
                if death == .killed { lost.kill() } else { lost.pause() }
                try cluster.untilPrimary(cluster.replicas[0])
                let promoted = ContinuousClock.now
                try await load.recovery()
                let last = load.soFar.failures.map(\.time).max() ?? promoted
                #expect(last - promoted < .seconds(10))
            }
            #expect(report.crossed == 0)
            #expect(!report.failures.isEmpty)
            let foreign = report.failures.filter { !slots.contains(Int(HashSlot(of: $0.key).number)) }
            #expect(foreign.isEmpty, "\(foreign.map { "\($0.error)" })")
            let allowed: [RedisError.Code] = [.connectFailed, .connectionLost, .timeout, .server]
            #expect(report.failures.allSatisfy { allowed.contains($0.error.code) })
        }
    }

    @Test func `a replica that takes over from a living primary costs nothing`() async throws {
        try await withCluster(replicas: 1) { redis, cluster, group in
            let load = ClusterLoad(keys: (0..<60).map { "key:\($0)" })
            let report = try await load.run(on: redis, group) { _ in
                for replica in cluster.replicas { try cluster.failOver(to: replica) }
            }
            #expect(report.failures.isEmpty, "\(Set(report.failures.map { "\($0.error)" }))")
            #expect(report.crossed == 0)
        }
    }

    @Test func `a primary that comes back empty is used again, and taught its scripts`() async throws {
        try await withCluster { redis, cluster, _ in
            let script = RedisScript("return ARGV[1]")
            let keys = cluster.keyOfEachPrimary
            for key in keys { _ = try await redis.evaluate(script, keys: [key], arguments: ["x"]) }
            cluster.primaries[1].kill()
            let error = await failure { () async throws(RedisError) in try await redis.get(keys[1]) }
            #expect(error != nil)
            #expect(try await redis.get(keys[0]) == nil)
            try cluster.primaries[1].start()
            var answer: RedisValue?
            while answer == nil {
                try Task.checkCancellation()
                answer = try? await redis.evaluate(script, keys: [keys[1]], arguments: ["x"])
            }
            #expect(answer == .bulk(ByteBuffer(string: "x")))
        }
    }

    @Test func `a primary that is gone does not keep the others from being connected`() async throws {
        try await withCluster { redis, cluster, _ in
            try await redis.connect()
            cluster.primaries[0].kill()
            // The second client learns of the dead primary from the map of the others.
            try await withClient(cluster.url, settings: [.set(\.commandTimeout, .seconds(1))]) { late, _ async throws in
                let error = await failure { () async throws(RedisError) in try await late.connect() }
                #expect(error?.code == .connectFailed)
                for node in cluster.primaries.dropFirst() {
                    let clients = try node.ask("CLIENT", "LIST", "TYPE", "normal").string.split(separator: "\n")
                    // Two clients on two loops each.
                    #expect(clients.count { $0.contains("cmd=") && !$0.contains("cmd=client") } >= 4)
                }
            }
        }
    }

    @Test func `the list of primaries is told again when it changes`() async throws {
        try await withRedisCluster(replicas: 1) { cluster in
            try await withRouter(of: cluster) { router in
                var changes = router.primaryChanges().makeAsyncIterator()
                try await router.connect()
                let ports = { (nodes: [RedisConfiguration.Endpoint]?) in
                    Set((nodes ?? []).compactMap { if case .tcp(_, let port) = $0 { port } else { nil } })
                }
                #expect(ports(await changes.next()) == Set(cluster.primaries.map(\.port)))
                try cluster.failOver(to: cluster.replicas[0])
                let expected = Set([cluster.replicas[0].port] + cluster.primaries.dropFirst().map(\.port))
                try cluster.until("the client knows") {
                    router.wantMap()
                    return ports(router.primaries) == expected
                }
                while let list = await changes.next(), ports(list) != expected {}
                #expect(ports(router.primaries) == expected)
                await router.shutdown()
                #expect(await changes.next() == nil)
            }
        }
    }
}

import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(2)), .enabled(if: RedisServer.isAvailable)) struct RedisClusterTests {
    @Test func `fixture`() async throws {
        let start = ContinuousClock.now
        try await withRedisCluster(primaries: 3, replicas: 1) { cluster in
            print("made", ContinuousClock.now - start)
            let s = try #require(try cluster.owner(of: 0))
            try cluster.move(0, from: s, to: cluster.primaries[1])
            #expect(try cluster.owner(of: 0)?.port == cluster.primaries[1].port)
            print("moved", ContinuousClock.now - start)
            try cluster.failOver(to: cluster.replicas[0])
            print("failed over", ContinuousClock.now - start)
            cluster.primaries[1].kill()
            try cluster.untilPrimary(cluster.replicas[1])
            print("promoted", ContinuousClock.now - start)
        }
    }
}

import Logging
import NIOCore
import NIOPosix
import RedisServerFixture

@testable import RedisClient

/// Gives a test a cluster and a client of it on two loops.
func withCluster<Result>(
    primaries: Int = 3, replicas: Int = 0, settings: [Setting] = [],
    _ body: (RedisClient, RedisCluster, MultiThreadedEventLoopGroup) async throws -> Result
) async throws -> Result {
    try await withRedisCluster(primaries: primaries, replicas: replicas) { cluster in
        try await withClient(cluster.url, settings: settings) { redis, group in
            try await body(redis, cluster, group)
        }
    }
}

/// Keys of a slot, as many as asked for.
func keys(in slot: HashSlot, count: Int) -> [String] {
    // Any text in braces whose slot it is; there is one among a few ten thousand.
    let tag = (0...).lazy.map { "\($0)" }.first { HashSlot(of: $0) == slot } ?? ""
    return (0..<count).map { "key\($0){\(tag)}" }
}

/// Gives a test a client of a cluster whose only seed is a scripted server.
func withClusterScript<Result>(
    _ script: ScriptedServer.Script, settings: [Setting] = [],
    _ body: (RedisClient, ScriptedServer) async throws -> Result
) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await ScriptedServer.start(on: group, script)
    let url = server.url.replacing("redis://", with: "redis+cluster://")
    let result = try await withClient(url, loops: 1, settings: settings) { client, _ in
        try await body(client, server)
    }
    try await server.stop()
    try await group.shutdownGracefully()
    return result
}

/// Gives a test the router of a cluster, and shuts it down afterwards.
func withRouter(of cluster: RedisCluster, _ body: (ClusterRouter) async throws -> Void) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    var configuration = try RedisConfiguration(url: cluster.url)
    configuration.connectTimeout = .seconds(10)
    let resources = ClientResources(
        configuration, loops: ClientLoops(group), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let seeds = cluster.primaries.map { RedisConfiguration.Endpoint.tcp(host: "127.0.0.1", port: $0.port) }
    let router = ClusterRouter(seeds: seeds, resources: resources)
    do {
        try await body(router)
    } catch {
        await router.shutdown()
        try await group.shutdownGracefully()
        throw error
    }
    await router.shutdown()
    try await group.shutdownGracefully()
}

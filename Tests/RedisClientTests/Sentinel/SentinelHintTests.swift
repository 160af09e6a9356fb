import NIOCore
import NIOPosix
import RedisServerFixture
import Testing

@testable import RedisClient

/// What links do when Sentinels are wrong, late, or quick.
@Suite(.timeLimit(.minutes(1))) struct SentinelHintTests {
    /// Two servers, and Sentinels that name the first one.
    struct Scene {
        let servers: [RedisServer]
        let sentinels: [ScriptedSentinel]

        var url: String { "redis+sentinel://\(sentinels.map(\.host).joined(separator: ","))/main" }
    }

    private func withScene(sentinels count: Int = 1, _ body: (Scene) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let servers = [try RedisServer(), try RedisServer()]
        defer { for server in servers { server.kill() } }
        var sentinels: [ScriptedSentinel] = []
        for _ in 0..<count {
            sentinels.append(try await ScriptedSentinel.start(on: group, master: servers[0].port))
        }
        try await body(Scene(servers: servers, sentinels: sentinels))
        for sentinel in sentinels { try await sentinel.stop() }
        try await group.shutdownGracefully()
    }

    /// Writes the name of a server into it, to be read by whoever is connected to it.
    private func mark(_ scene: Scene) throws {
        for (number, server) in scene.servers.enumerated() { try server.ask("SET", "me", "\(number)") }
    }

    private func untilServed(by number: Int, _ redis: RedisClient) async throws {
        try await until("served by \(number)") {
            let answer = try? await redis.get("me")
            return answer.map { String(buffer: $0) } == "\(number)"
        }
    }

    @Test func `an announced failover is followed, though the old master lives and serves`() async throws {
        try await withScene { scene async throws in
            try mark(scene)
            try await withClient(scene.url) { redis, _ async throws in
                try await redis.connect()
                try await untilServed(by: 0, redis)
                try await until("the subscription") { scene.sentinels[0].connectionCount > 2 }
                scene.sentinels[0].move(to: scene.servers[1].port)
                scene.sentinels[0].announce("other")
                #expect(try await redis.get("me") == ByteBuffer(string: "0"))
                scene.sentinels[0].announce("main")
                try await untilServed(by: 1, redis)
            }
        }
    }

    @Test func `a master that became a replica is left when it refuses a write`() async throws {
        try await withScene { scene async throws in
            try mark(scene)
            try await withClient(scene.url, loops: 1) { redis, _ async throws in
                try await redis.connect()
                scene.sentinels[0].move(to: scene.servers[1].port)
                try scene.servers[0].ask("REPLICAOF", "127.0.0.1", "\(scene.servers[1].port)")
                let error = await failure { () async throws(RedisError) in try await redis.set("k", to: "v") }
                #expect(error?.serverError == .readOnly)
                try await until("the new master") { (try? await redis.set("k", to: "v")) == true }
                #expect(try scene.servers[1].ask("GET", "k") == .text("v"))
            }
        }
    }

    @Test func `a loop that finds the new master tells the others, which would read from the old one for ever`()
        async throws
    {
        try await withScene { scene async throws in
            try await withClient(scene.url) { redis, _ async throws in
                try await redis.connect()
                scene.sentinels[0].move(to: scene.servers[1].port)
                try scene.servers[0].ask("REPLICAOF", "127.0.0.1", "\(scene.servers[1].port)")
                let error = await failure { () async throws(RedisError) in try await redis.set("k", to: "v") }
                #expect(error?.serverError == .readOnly)
                // The loops take turns.
                try await until("all loops moved") {
                    for _ in 0..<4 where try await port(redis) != scene.servers[1].port { return false }
                    return true
                }
            }
        }
    }

    /// The port of the server that answers.
    private func port(_ redis: RedisClient) async throws -> Int? {
        guard case .array(let parts)? = try? await redis.send(RedisCommand("CONFIG", "GET", "port")) else { return nil }
        return parts.last?.text.flatMap { Int($0) }
    }

    @Test func `a subscription follows the master too, and says that it was interrupted`() async throws {
        try await withScene { scene async throws in
            try await withClient(scene.url) { redis, _ async throws in
                try await redis.withSubscription(to: ["news"]) { events async throws in
                    try await until("the watch") { scene.sentinels[0].connectionCount > 1 }
                    scene.sentinels[0].move(to: scene.servers[1].port)
                    // A loop that asks for the first time finds the new master, and the subscription hears of it.
                    try await redis.ping()
                    var iterator = events.makeAsyncIterator()
                    #expect(try await iterator.next() == .interrupted)
                    #expect(try await iterator.next() == .resumed)
                    #expect(try scene.servers[1].ask("PUBLISH", "news", "x") == .number(1))
                    let message = RedisMessage(channel: "news", payload: ByteBuffer(string: "x"))
                    #expect(try await iterator.next() == .message(message))
                }
            }
        }
    }

    @Test func `a subscription does not go on connecting to the old master when a failover is announced`() async throws
    {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let mute = try await ScriptedServer.start(on: group, .init(onCommand: { _ in [] }, answersPing: false))
        try await withScene { scene async throws in
            scene.sentinels[0].move(to: mute.port)
            // More than the test may take, so that it is not the attempt that ends by itself.
            let settings = [Setting.set(\.connectTimeout, .seconds(50))]
            try await withClient(scene.url, loops: 1, settings: settings) { redis, _ async throws in
                let waiting = Task { await redisFailure { try await redis.withSubscription(to: ["news"]) { _ in } } }
                try await until("the attempt") { mute.connectionCount > 0 }
                try await until("the watch") { scene.sentinels[0].connectionCount > 1 }
                scene.sentinels[0].move(to: scene.servers[1].port)
                scene.sentinels[0].announce("main")
                #expect(await waiting.value?.detail == .serverMoved)
                try await until("the new master") {
                    await redisFailure { try await redis.withSubscription(to: ["news"]) { _ in } } == nil
                }
            }
        }
        try await mute.stop()
        try await group.shutdownGracefully()
    }

    @Test func `a Sentinel whose master is a replica is asked after the others`() async throws {
        try await withScene(sentinels: 2) { scene async throws in
            try mark(scene)
            // The first one was cut off before the failover, and does not know of it.
            scene.sentinels[1].move(to: scene.servers[1].port)
            try scene.servers[0].ask("REPLICAOF", "127.0.0.1", "\(scene.servers[1].port)")
            try await withClient(scene.url, loops: 1) { redis, _ async throws in
                let error = await failure { () async throws(RedisError) in try await redis.connect() }
                #expect(error?.detail == .notMaster)
                try await untilServed(by: 1, redis)
            }
        }
    }

    @Test(arguments: [
        "+OK\r\n", "*2\r\n$1\r\nh\r\n$1\r\nx\r\n", "*1\r\n$1\r\nh\r\n", "%1\r\n", ":1\r\n", "-ERR no\r\n",
    ])
    func `what is no address is not taken for one`(reply: String) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let liar = try await ScriptedServer.start(on: group, ScriptedServer.Script { _ in [.send(reply)] })
        try await withScene { scene async throws in
            let liarHost = liar.url.dropFirst("redis://".count)
            let url = "redis+sentinel://\(liarHost),\(scene.sentinels[0].host)/main"
            try await withClient(url, loops: 1) { redis, _ async throws in try await redis.ping() }
        }
        try await liar.stop()
        try await group.shutdownGracefully()
    }

    @Test func `a user who may not ask for the role is told so`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        try await withRedisServer(arguments: ["--user", "app", "on", ">p", "~*", "+get", "+set", "+ping"]) {
            server async throws in
            let sentinel = try await ScriptedSentinel.start(on: group, master: server.port)
            try await withClient("redis+sentinel://app:p@\(sentinel.host)/main", loops: 1) { redis, _ async throws in
                let error = await failure { () async throws(RedisError) in try await redis.connect() }
                #expect(error?.serverError == .noPermission)
                #expect(error?.detail == .roleForbidden)
            }
            try await sentinel.stop()
        }
        try await group.shutdownGracefully()
    }
}

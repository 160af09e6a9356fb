import NIOCore
import RedisServerFixture
import Testing

@testable import RedisClient

/// What a live server refuses: each refusal has its type, and none makes the client storm the server.
@Suite(.timeLimit(.minutes(1))) struct ServerRefusalTests {
    /// Gives a test a client of the default user, for which the server has no password.
    private func withAdministrator(
        _ body: (RedisServer, _ administrator: RedisClient) async throws -> Void
    ) async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, loops: 1) { administrator, _ async throws in
                try await body(server, administrator)
            }
        }
    }

    private func set(_ redis: RedisClient) async -> RedisError? {
        await failure { () async throws(RedisError) in try await redis.set("k", to: "v") }
    }

    @Test func `READONLY: writes fail typed until the server is a primary again, and need no restart`() async throws {
        try await withAdministrator { server, administrator in
            let primary = try RedisServer()
            defer { primary.kill() }
            _ = try await administrator.send(RedisCommand("REPLICAOF", "127.0.0.1", .integer(primary.port)))
            try await withClient(server.url, loops: 1) { redis, _ async throws in
                try await redis.connect()
                #expect(await set(redis)?.serverError == .readOnly)
                _ = try await administrator.send(RedisCommand("REPLICAOF", "NO", "ONE"))
                try await until("writes were taken") { await set(redis) == nil }
            }
        }
    }

    @Test(arguments: ["READONLY", "MASTERDOWN"])
    func `a server that cannot do its part is left, and sought again`(word: String) async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [.send("-\(word) not here\r\n")] })
        try await withScript(script) { redis, server async throws in
            #expect(await set(redis)?.serverError?.prefix == word)
            try await server.firstConnectionClosed()
            try await untilAnswered(redis)
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `LOADING: said as it is, over the same connection, until the data is there`() async throws {
        try await withAdministrator { server, administrator in
            _ = try await administrator.send(RedisCommand("DEBUG", "POPULATE", 2_000, "key", 100))
            try await administrator.configure("loading-process-events-interval-bytes", "1024")
            try await administrator.configure("key-load-delay", "200")
            try await withClient(server.url, loops: 1) { redis, _ async throws in
                let connection = try await redis.connectionIdentifier()
                async let reload = administrator.send(RedisCommand("DEBUG", "RELOAD"), timeout: .seconds(30))
                try await until("the server was loading") { await set(redis)?.serverError == .loading }
                _ = try await reload
                #expect(await set(redis) == nil)
                #expect(try await redis.connectionIdentifier() == connection)
            }
        }
    }

    @Test func `NOSCRIPT: a script the server lost is loaded again, for every caller`() async throws {
        let script = RedisScript("return ARGV[1]")
        try await withAdministrator { server, administrator in
            try await withClient(server.url) { redis, _ async throws in
                for round in 0..<4 {
                    _ = try await administrator.send(RedisCommand("SCRIPT", "FLUSH"))
                    try await withThrowingTaskGroup { tasks in
                        for caller in 0..<50 {
                            tasks.addTask { () async throws in
                                let text = "\(round).\(caller)"
                                let reply = try await redis.evaluate(script, arguments: [.string(text)])
                                #expect(reply == .bulk(ByteBuffer(string: text)))
                            }
                        }
                        try await tasks.waitForAll()
                    }
                }
            }
        }
    }

    @Test func `OOM: writes fail typed, reads go on over the same connection`() async throws {
        try await withAdministrator { server, administrator in
            try await withClient(server.url, loops: 1) { redis, _ async throws in
                #expect(await set(redis) == nil)
                let connection = try await redis.connectionIdentifier()
                try await administrator.configure("maxmemory", "1")
                #expect(await set(redis)?.serverError == .outOfMemory)
                #expect(try await redis.get("k") == ByteBuffer(string: "v"))
                try await administrator.configure("maxmemory", "0")
                #expect(await set(redis) == nil)
                #expect(try await redis.connectionIdentifier() == connection)
            }
        }
    }

    @Test func `maxclients: a connect error that says so, far fewer attempts than calls, and recovery`() async throws {
        try await withAdministrator { server, administrator in
            try await administrator.configure("maxclients", "1")
            let pause = Duration.milliseconds(200)
            try await withClient(
                server.url, loops: 1, settings: [.set(\.backoffBase, pause), .set(\.backoffCap, pause)]
            ) { redis, _ async throws in
                var calls = 0
                try await until("four attempts were turned away") {
                    for _ in 0..<100 {
                        let error = await set(redis)
                        #expect(error?.code == .connectFailed)
                        #expect(error?.serverError == .maximumClients)
                        #expect(error?.wasSent == false)
                        calls += 1
                    }
                    return try await administrator.info("rejected_connections") ?? 0 >= 4
                }
                #expect(calls > 400)
                try await administrator.configure("maxclients", "100")
                try await untilAnswered(redis)
            }
        }
    }

    @Test func `ACL loss of a command: typed, over the same connection`() async throws {
        try await withUser { redis, administrator in
            let connection = try await redis.connectionIdentifier()
            for (rule, refusal) in [("-set", RedisServerError.noPermission), ("+set", nil)] {
                _ = try await administrator.send(RedisCommand("ACL", "SETUSER", "app", .string(rule)))
                #expect(await set(redis)?.serverError == refusal)
            }
            #expect(try await redis.connectionIdentifier() == connection)
        }
    }

    @Test(arguments: [
        // The connections of a user that is gone are closed by the server itself.
        [RedisCommand("ACL", "DELUSER", "app")],
        [
            RedisCommand("ACL", "SETUSER", "app", "resetpass", ">other"),
            RedisCommand("CLIENT", "KILL", "USER", "app"),
        ],
    ])
    func `password change or user removed: an authentication error, no reconnect storm, and recovery`(
        loss: [RedisCommand]
    ) async throws {
        let cap = Duration.milliseconds(300)
        try await withUser(settings: [.set(\.backoffCap, cap)]) { redis, administrator in
            for command in loss { _ = try await administrator.send(command) }
            try await until("the password was refused") { await set(redis)?.code == .authenticationFailed }
            let start = ContinuousClock.now
            let connections = try await administrator.info("total_connections_received") ?? 0
            try await until("three more attempts were made") {
                for _ in 0..<100 {
                    let error = await set(redis)
                    #expect(error?.code == .authenticationFailed)
                    #expect(error?.wasSent == false)
                }
                return try await administrator.info("total_connections_received") ?? 0 >= connections + 3
            }
            // The pause after a refusal is the cap itself: two whole ones lie between three attempts.
            #expect(ContinuousClock.now - start >= cap * 2)
            _ = try await administrator.send(Self.makeUser)
            try await untilAnswered(redis)
        }
    }

    @Test func `NOAUTH on a connection that was ready: it is left, and the next one has the password`() async throws {
        try await withRedisServer(arguments: ["--requirepass", "hunter2"]) { server async throws in
            try await withClient("redis://:hunter2@127.0.0.1:\(server.port)", loops: 1) { redis, _ async throws in
                // As after RESET by a proxy that pools connections: the password is forgotten.
                let reset = RedisOperation<RedisValue>(.command(RedisCommand("RESET")))
                _ = try await redis.perform(reset)
                let error = await set(redis)
                #expect(error?.serverError == .noAuthentication)
                #expect(error?.wasSent == true)
                try await untilAnswered(redis)
                #expect(await set(redis) == nil)
            }
        }
    }

    private static let makeUser = RedisCommand(
        "ACL", "SETUSER", "app", "reset", "on", ">hunter2", "~*", "&*", "+@all")

    /// Gives a test a client of a user of its own.
    private func withUser(
        settings: [Setting] = [], _ body: (_ redis: RedisClient, _ administrator: RedisClient) async throws -> Void
    ) async throws {
        try await withAdministrator { server, administrator in
            _ = try await administrator.send(Self.makeUser)
            try await withClient("redis://app:hunter2@127.0.0.1:\(server.port)", loops: 1, settings: settings) {
                redis, _ async throws in
                try await redis.connect()
                try await body(redis, administrator)
            }
        }
    }
}

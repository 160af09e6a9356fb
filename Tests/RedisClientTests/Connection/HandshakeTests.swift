import NIOCore
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct HandshakeTests {
    private func connectError(_ url: String) async throws -> RedisError? {
        try await withClient(url, loops: 1) { redis, _ async throws in
            await failure { () async throws(RedisError) in try await redis.connect() }
        }
    }

    @Test func `a password is sent, and a wrong or missing one is told apart from no server`() async throws {
        try await withRedisServer(arguments: ["--requirepass", "hunter2"]) { server async throws in
            let port = server.port
            try await withClient("redis://:hunter2@127.0.0.1:\(port)/2") { redis, _ async throws in
                try await redis.connect()
                try await redis.ping()
            }
            try await withClient("unix://:hunter2@\(server.socketPath)") { redis, _ in try await redis.ping() }
            for url in [
                "redis://:hunter3@127.0.0.1:\(port)", "redis://127.0.0.1:\(port)", "redis://nobody:x@127.0.0.1:\(port)",
            ] {
                let error = try #require(try await connectError(url))
                #expect(error.code == .authenticationFailed)
                #expect(!error.wasSent)
                #expect(!"\(error)".contains("hunter"))
            }
        }
    }

    @Test func `an ACL user has his own password and rights`() async throws {
        try await withRedisServer(arguments: ["--user", "app", "on", ">hunter2", "~app:*", "+get", "+set", "+auth"]) {
            server async throws in
            try await withClient(
                "redis://app:hunter2@127.0.0.1:\(server.port)", settings: [.set(\.clientName, "node-1")]
            ) { redis, _ async throws in
                // PING and CLIENT are not among the rights; the connection serves all the same.
                try await redis.set("app:k", to: "v")
                let refused = await failure { () async throws(RedisError) in try await redis.get("other") }
                #expect(refused?.serverError == .noPermission)
            }
            let error = try await connectError("redis://app:wrong@127.0.0.1:\(server.port)")
            #expect(error?.code == .authenticationFailed)
        }
    }

    @Test func `the name is set`() async throws {
        try await withRedisServer { server async throws in
            try await withClient(server.url, settings: [.set(\.clientName, "node-1")]) { redis, _ async throws in
                let name = try await redis.send(RedisCommand("CLIENT", "GETNAME"))
                #expect(name == .bulk(ByteBuffer(string: "node-1")))
            }
        }
    }

    @Test func `a host name is looked up`() async throws {
        try await withRedisServer { server async throws in
            try await withClient("redis://localhost:\(server.port)") { redis, _ async throws in try await redis.ping() }
        }
    }

    @Test func `a database out of range is a connect error`() async throws {
        try await withRedisServer { server async throws in
            #expect(try await connectError(server.url + "/99")?.code == .connectFailed)
        }
    }

    @Test func `a full server is a connect error`() async throws {
        try await withRedisServer(arguments: ["--maxclients", "1"]) { server async throws in
            try await withClient(server.url, loops: 1) { first, _ async throws in
                try await first.ping()
                for url in [server.url, "redis://:password@127.0.0.1:\(server.port)"] {
                    #expect(try await connectError(url)?.code == .connectFailed)
                }
            }
        }
    }

    @Test func `an error said before anything was asked is a connect error`() async throws {
        let script = ScriptedServer.Script(
            onAccept: [.send("-ERR go away, hunter2\r\n"), .close], onCommand: { _ in [] }, answersPing: false)
        try await withScript(script) { redis, _ async throws in
            let error = await failure { () async throws(RedisError) in try await redis.get("k") }
            #expect(error?.code == .connectFailed)
            #expect(error?.wasSent == false)
            #expect(!"\(String(describing: error))".contains("hunter2"))
        }
    }

    @Test func `nobody listening is a connect error, and nothing was sent`() async throws {
        let server = try RedisServer()
        server.stop()
        try await withClient(server.url) { redis, _ async throws in
            let error = await failure { () async throws(RedisError) in try await redis.get("k") }
            #expect(error?.code == .connectFailed)
            #expect(error?.wasSent == false)
        }
    }
}

import NIOCore
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct ProtocolFaultTests {
    @Test(arguments: [
        "garbage\r\n", "_\r\n", ">2\r\n+a\r\n+b\r\n", String(repeating: "*1\r\n", count: 9) + ":1\r\n",
        "*2147483647\r\n", "$9000000000000000000\r\n" + String(repeating: "x", count: 200_000),
    ])
    func `a reply that breaks the protocol fails the command`(reply: String) async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [.send(reply)] })
        try await withScript(script, settings: [.set(\.maximumReplyBytes, 100_000)]) { redis, server async throws in
            let error = await failure { () async throws(RedisError) in try await redis.get("k") }
            #expect(error?.code == .protocolViolation)
            #expect(error?.wasSent == true)
            try await server.firstConnectionClosed()
        }
    }

    @Test func `a reply of another kind fails the command, and the connection serves on`() async throws {
        let script = ScriptedServer.Script(onCommand: { words in [.send(words[0] == "GET" ? ":1\r\n" : "+OK\r\n")] })
        try await withScript(script) { redis, server async throws in
            let error = await failure { () async throws(RedisError) in try await redis.get("k") }
            #expect(error?.code == .unexpectedReply)
            #expect(error?.wasSent == true)
            #expect(try await redis.set("k", to: "v"))
            #expect(server.connectionCount == 1)
        }
    }

    @Test func `a reply nobody asked for closes the connection`() async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [.send("+OK\r\n$1\r\nx\r\n")] })
        try await withScript(script) { redis, server async throws in
            #expect(try await redis.set("k", to: "v"))
            try await server.firstConnectionClosed()
        }
    }

    @Test func `a reply that comes byte by byte is whole`() async throws {
        let script = ScriptedServer.Script(onCommand: { words in
            [.trickle("$\(words[1].utf8.count)\r\n\(words[1])\r\n")]
        })
        try await withScript(script) { redis, _ async throws in
            for key in ["", "a", String(repeating: "key\r\n", count: 20)] {
                #expect(try await redis.get(key) == ByteBuffer(string: key))
            }
        }
    }

    @Test func `an end in the middle of a reply loses the connection`() async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [.send("$5\r\nab"), .close] })
        try await withScript(script) { redis, _ async throws in
            let error = await failure { () async throws(RedisError) in try await redis.get("k") }
            #expect(error?.code == .connectionLost)
            #expect(error?.wasSent == true)
        }
    }

    @Test func `half a reply of a lost connection does not meet the next one`() async throws {
        let script = ScriptedServer.Script(onCommand: { words in
            words[1] == "first" ? [.send("$5\r\nab"), .close] : [.send("$1\r\nx\r\n")]
        })
        try await withScript(script) { redis, server async throws in
            #expect(
                await failure { () async throws(RedisError) in try await redis.get("first") }?.code == .connectionLost)
            try await untilAnswered(redis)
            #expect(try await redis.get("second") == ByteBuffer(string: "x"))
            #expect(server.connectionCount == 2)
        }
    }

    @Test(arguments: ["READONLY", "MASTERDOWN"])
    func `a server that cannot write is left and sought again`(word: String) async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [.send("-\(word) not here\r\n")] })
        try await withScript(script) { redis, server async throws in
            let error = await failure { () async throws(RedisError) in try await redis.set("k", to: "v") }
            #expect(error?.serverError?.prefix == word)
            try await server.firstConnectionClosed()
            try await untilAnswered(redis)
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `a server that is loading says so and is kept`() async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [.send("-LOADING Redis is loading\r\n")] })
        try await withScript(script) { redis, server async throws in
            for _ in 0..<3 {
                #expect(
                    await failure { () async throws(RedisError) in try await redis.get("k") }?.serverError == .loading)
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test func `a peer that went silent is noticed while idle`() async throws {
        // Answers the handshake and nothing after that.
        let script = ScriptedServer.Script(
            onCommand: { words in words[0] == "SELECT" ? [.send("+OK\r\n+PONG\r\n")] : [] }, answersPing: false)
        try await withScript(
            script,
            settings: [
                .set(\.database, 1), .set(\.healthCheckInterval, .milliseconds(50)),
                .set(\.commandTimeout, .milliseconds(100)),
            ]
        ) { redis, server async throws in
            try await redis.connect()
            try await server.firstConnectionClosed()
        }
    }

    @Test func `a peer that answers nothing is left after the stall limit`() async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [] })
        try await withScript(script, settings: [.set(\.commandTimeout, .milliseconds(100))]) {
            redis, server async throws in
            let start = ContinuousClock.now
            #expect(await failure { () async throws(RedisError) in try await redis.get("k") }?.code == .timeout)
            try await server.firstConnectionClosed()
            #expect(ContinuousClock.now - start >= .milliseconds(200))
        }
    }
}

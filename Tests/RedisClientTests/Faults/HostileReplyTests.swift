import NIOCore
import RedisClient
import Testing

/// Servers that break the protocol: the process lives, the connection does not.
@Suite(.timeLimit(.minutes(1))) struct HostileReplyTests {
    @Test(arguments: [
        "garbage\r\n", "_\r\n", "#t\r\n", ",1.5\r\n", ">2\r\n+a\r\n+b\r\n", "%1\r\n+a\r\n+b\r\n", "~1\r\n+a\r\n",
        String(repeating: "*1\r\n", count: 9) + ":1\r\n",
    ])
    func `garbage, a RESP3 byte or depth 9: a protocol error, and this connection is closed`(reply: String) async throws
    {
        let script = ScriptedServer.Script(onCommand: { words in [.send(words[1] == "bad" ? reply : "$1\r\nx\r\n")] })
        try await withScript(script) { redis, server async throws in
            let error = await failure { () async throws(RedisError) in try await redis.get("bad") }
            #expect(error?.code == .protocolViolation)
            #expect(error?.wasSent == true)
            try await server.firstConnectionClosed()
            try await untilAnswered(redis)
            #expect(try await redis.get("good") == ByteBuffer(string: "x"))
            #expect(server.connectionCount == 2)
        }
    }

    @Test(arguments: [
        ("$1000000000000000000\r\n", "x"),
        ("*2147483647\r\n", ":1\r\n"),
        ("*300000\r\n", "*300000\r\n:1\r\n"),
        ("*300000\r\n", "*300000\r\n" + String(repeating: "+\r\n", count: 300_000)),
        ("*4\r\n", "$400000\r\n" + String(repeating: "x", count: 400_000) + "\r\n"),
    ])
    func `a huge bulk or array: memory is bounded by the limit, and the error is typed`(
        head: String, body: String
    ) async throws {
        let body = String(repeating: body, count: max(1, 65_536 / body.utf8.count))
        let script = ScriptedServer.Script(onCommand: { _ in [.send(head), .flood(body)] })
        try await withScript(
            script, settings: [.set(\.maximumReplyBytes, 1_000_000), .set(\.commandTimeout, .seconds(2))]
        ) { redis, server async throws in
            try await redis.connect()
            let before = try residentBytes()
            let error = await failure { () async throws(RedisError) in try await redis.get("k") }
            #expect(error?.code == .protocolViolation)
            try await server.firstConnectionClosed()
            #expect(try residentBytes() - before < 64 * 1_024 * 1_024)
        }
    }

    @Test func `a reply without a request closes the connection`() async throws {
        let script = ScriptedServer.Script(onCommand: { _ in [.send("+OK\r\n$1\r\nx\r\n")] })
        try await withScript(script) { redis, server async throws in
            #expect(try await redis.set("k", to: "v"))
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
}

import NIOCore
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct PartialFrameTests {
    private static let frames: [(bytes: String, value: RedisValue)] = [
        ("$5\r\na\r\nbc\r\n", .bulk(ByteBuffer(string: "a\r\nbc"))),
        (
            "*3\r\n$1\r\na\r\n$-1\r\n*2\r\n:-42\r\n+OK\r\n",
            .array([
                .bulk(ByteBuffer(string: "a")), .null, .array([.integer(-42), .simpleString("OK")]),
            ])
        ),
    ]

    /// Answers `KIND index cut` in the way of its kind.
    private static let script = ScriptedServer.Script(onCommand: { words in
        guard words.count == 3, let index = Int(words[1]), let cut = Int(words[2]) else { return [.close] }
        let bytes = frames[index].bytes
        let head = String(decoding: bytes.utf8.prefix(cut), as: UTF8.self)
        let rest = String(decoding: bytes.utf8.dropFirst(cut), as: UTF8.self)
        switch words[0] {
        case "TRICKLE": return [.trickle(bytes)]
        case "CUT": return [.send(head), .send(rest)]
        default: return [.send(head), .close]
        }
    })

    private func ask(_ kind: String, _ frame: Int, cut: Int = 0) -> RedisCommand {
        RedisCommand(kind, .integer(frame), .integer(cut))
    }

    @Test(arguments: frames.indices)
    func `partial frames: written byte by byte or cut at every offset, the value is that of the whole`(
        frame: Int
    ) async throws {
        try await withScript(Self.script) { redis, server async throws in
            let (bytes, value) = Self.frames[frame]
            #expect(try await redis.send(ask("TRICKLE", frame)) == value)
            for cut in 0...bytes.utf8.count {
                #expect(try await redis.send(ask("CUT", frame, cut: cut)) == value)
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test(arguments: frames.indices)
    func `partial frames: an end at any offset is a lost connection, and the next one starts afresh`(
        frame: Int
    ) async throws {
        try await withScript(Self.script, settings: [.set(\.backoffCap, .milliseconds(5))]) {
            redis, server async throws in
            let (bytes, value) = Self.frames[frame]
            for cut in 0..<bytes.utf8.count {
                let command = ask("END", frame, cut: cut)
                let error = await failure { () async throws(RedisError) in try await redis.send(command) }
                #expect(error?.code == .connectionLost)
                #expect(error?.wasSent == true)
                try await untilAnswered(redis)
                #expect(try await redis.send(ask("CUT", frame)) == value)
            }
            #expect(server.connectionCount == bytes.utf8.count + 1)
        }
    }
}

import NIOCore
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct KeyRuleTests {
    @Test func `keys are found in either case of the name`() throws {
        #expect(KeyRule.of("get", ["k"]) == .firstArgument)
        #expect(try HashSlot.common(to: RedisCommand("mget", "{a}1", "{a}2")) == HashSlot(of: "a"))
        #expect(try HashSlot.common(to: RedisCommand("object", "encoding", "a")) == HashSlot(of: "a"))
    }

    @Test func `words of a command may be given as bytes`() throws {
        let streams = RedisArgument.bytes(ByteBuffer(string: "streams"))
        #expect(try HashSlot.common(to: RedisCommand("XREAD", "COUNT", 2, streams, "a", "0")) == HashSlot(of: "a"))
        let encoding = RedisArgument.bytes(ByteBuffer(string: "encoding"))
        #expect(try HashSlot.common(to: RedisCommand("OBJECT", encoding, "a")) == HashSlot(of: "a"))
    }

    @Test func `a command without keys can be served by any node`() throws {
        #expect(try HashSlot.common(to: RedisCommand("PING")) == nil)
        #expect(try HashSlot.common(to: RedisCommand("EVAL", "return 1", 0, "a")) == nil)
        #expect(try HashSlot.common(to: RedisCommand("DEL")) == nil)
        #expect(try HashSlot.common(to: RedisCommand("GET")) == nil)
    }

    @Test(arguments: [
        RedisCommand("MGET", "a", "b"), RedisCommand("EVALSHA", "digest", 2, "a", "b", "c"),
        RedisCommand("MSET", "a", "1", "b", "2"), RedisCommand("ZUNIONSTORE", "a", 1, "b"),
        RedisCommand("XREAD", "COUNT", 2, "STREAMS", "a", "b", "0", "0"),
    ])
    func `keys of two slots are refused`(command: RedisCommand) {
        #expect(throws: RedisError(.crossSlot, wasSent: false)) { try HashSlot.common(to: command) }
    }

    @Test(arguments: [
        RedisCommand("EVAL", "script", "nonsense", "a"), RedisCommand("EVAL", "script", 9, "a"),
        RedisCommand("EVAL", "script", -1, "a"), RedisCommand("EVAL"), RedisCommand("XREAD", "STREAMS"),
    ])
    func `arguments that make no sense are left to the server`(command: RedisCommand) throws {
        #expect(try HashSlot.common(to: command) == nil)
    }

    /// Commands whose keys the server finds by asking its own code, and not in the table below.
    @Test(
        .enabled(if: RedisServer.isAvailable),
        arguments: [
            RedisCommand("EVAL", "s", 2, "k1", "k2", "v"), RedisCommand("EVALSHA_RO", "s", 1, "k1", "v"),
            RedisCommand("FCALL", "f", 1, "k1", "v"), RedisCommand("ZUNIONSTORE", "k0", 2, "k1", "k2"),
            RedisCommand("ZDIFFSTORE", "k0", 1, "k1"), RedisCommand("ZINTER", 2, "k1", "k2", "WITHSCORES"),
            RedisCommand("SINTERCARD", 2, "k1", "k2", "LIMIT", 1), RedisCommand("LMPOP", 1, "k1", "LEFT"),
            RedisCommand("BZMPOP", 1, 2, "k1", "k2", "MIN"), RedisCommand("BLMPOP", 1, 1, "k1", "LEFT"),
            RedisCommand("XREAD", "COUNT", 1, "STREAMS", "k1", "k2", "0", "0"),
            RedisCommand("XREADGROUP", "GROUP", "g", "c", "STREAMS", "k1", ">"),
            RedisCommand("MIGRATE", "h", 1, "k1", 0, 1), RedisCommand("SORT", "k1", "LIMIT", 0, 1),
        ]
    )
    func `movable keys stand where the server sees them`(command: RedisCommand) async throws {
        try await withRedisServer { server in
            let words = [command.name] + command.arguments.map(\.text)
            let keys = try server.conversation().ask(["COMMAND", "GETKEYS"] + words).elements.map(\.string)
            let positions = KeyRule.of(command.name, command.arguments).positions(in: command.arguments)
            #expect(positions.map { command.arguments[$0].text } == keys)
        }
    }

    @Test(.enabled(if: RedisServer.isAvailable))
    func `all commands of the server have their keys where its table says`() async throws {
        try await withRedisServer { server in
            let commands = try server.ask("COMMAND").elements.map(\.elements)
            let all = commands + commands.flatMap { $0.count > 9 ? $0[9].elements.map(\.elements) : [] }
            var checked = 0
            for command in all where !command[2].elements.contains(.text("movablekeys")) {
                guard case .number(let first) = command[3], case .number(let last) = command[4],
                    case .number(let step) = command[5]
                else { continue }
                // Ten words in all, the name of a subcommand among them.
                let words = command[0].string.split(separator: "|").map { RedisArgument.string(String($0)) }
                let arguments = (words + (words.count..<10).map { .string("word\($0)") }).dropFirst()
                let end = last < 0 ? 10 + last : last
                let expected = first == 0 ? [] : Array(stride(from: first, through: end, by: step))
                let rule = KeyRule.of(words[0].text, Array(arguments))
                #expect(rule.positions(in: Array(arguments)).map { $0 + 1 } == expected, "\(command[0].string)")
                checked += 1
            }
            #expect(checked > 300)
        }
    }
}

extension RedisArgument {
    /// The argument as it is sent.
    fileprivate var text: String {
        switch self {
        case .string(let text): text
        case .bytes(let bytes): String(buffer: bytes)
        case .integer(let number): String(number)
        }
    }
}

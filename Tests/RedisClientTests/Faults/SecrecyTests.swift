import InMemoryLogging
import Logging
import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Synchronization
import Testing

/// Logs and errors may be shown to anyone: no key, value, argument or password is in them, whatever goes wrong.
@Suite(.timeLimit(.minutes(1))) struct SecrecyTests {
    /// In each key, value, argument, user and password of these tests; and the digits of a number that is one.
    private static let secrets = ["hunter2", "8675309"]

    /// What was said, by the log or by errors, and where a secret was in it.
    private final class Record: Sendable {
        let logs = InMemoryLogHandler()
        private let errors = Mutex<[String]>([])

        var logger: Logger {
            var logger = Logger(label: "test") { [logs] _ in logs }
            logger.logLevel = .trace
            return logger
        }

        func note(_ error: (any Error)?) {
            guard let error else { return }
            var dumped = ""
            dump(error, to: &dumped)
            let texts = ["\(error)", String(reflecting: error), dumped]
            errors.withLock { $0 += texts }
        }

        var all: [String] {
            logs.entries.map { "\($0.message) \($0.metadata)" } + errors.withLock { $0 }
        }
    }

    /// Every kind of command with a secret in each of its parts; what fails is noted.
    private func runCommands(_ redis: RedisClient, _ record: Record, timeout: Duration? = nil) async {
        func note<Value>(_ body: () async throws(RedisError) -> Value) async { record.note(await failure(body)) }
        await note { () async throws(RedisError) in
            try await redis.set("key:hunter2", to: "value hunter2", timeout: timeout)
        }
        await note { () async throws(RedisError) in try await redis.get("key:hunter2", timeout: timeout) }
        // Of the wrong kind for the reply, of the wrong type at the server, unknown to it, and out of its range.
        await note { () async throws(RedisError) in try await redis.increment("key:hunter2", timeout: timeout) }
        for command in [
            RedisCommand("LPUSH", "key:hunter2", "hunter2"), RedisCommand("HUNTER2", "hunter2", 8_675_309),
            RedisCommand("SET", "key:hunter2", "hunter2", "hunter2"), RedisCommand("EXPIRE", "key", "hunter2"),
            RedisCommand("EVAL", "return redis.error_reply('MINE '..ARGV[1])", 0, "hunter2"),
            RedisCommand("EVAL", "error(ARGV[1])", 0, "hunter2"), RedisCommand("AUTH", "hunter2"),
        ] {
            await note { () async throws(RedisError) in try await redis.send(command, timeout: timeout) }
        }
    }

    private func expectNoSecrets(_ record: Record) {
        let all = record.all
        #expect(all.count > 20, "next to nothing was said, so nothing was tested")
        for secret in Self.secrets {
            #expect(!all.contains { $0.lowercased().contains(secret) }, "\(secret) was shown")
        }
    }

    @Test func `no error or log shows a key, value, argument or password, whatever the fault`() async throws {
        let record = Record()
        let settings: [Setting] = [
            .set(\.commandTimeout, .milliseconds(200)), .set(\.connectTimeout, .milliseconds(500)),
            .set(\.backoffCap, .milliseconds(10)), .set(\.clientName, "name-hunter2"),
        ]
        try await withRedisServer(arguments: ["--requirepass", "hunter2"]) { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                let url = "redis://:hunter2@127.0.0.1:\(proxy.port)"
                try await withClient(url, loops: 1, settings: settings, logger: record.logger) {
                    redis, _ async throws in
                    await runCommands(redis, record)
                    for treatment in [
                        Treatment.delayed(.milliseconds(300)), .cut(after: 3), .pieces(of: 1), .blackhole,
                    ] {
                        try await proxy.treatAll(as: treatment)
                        await runCommands(redis, record)
                        try await proxy.treatAll(as: .none)
                        try await proxy.cut()
                        try await untilAnswered(redis)
                    }
                    server.pause()
                    await runCommands(redis, record, timeout: .milliseconds(1))
                    server.kill()
                    await runCommands(redis, record)
                }
                try server.start()
                // The wrong password, and a user who does not exist.
                for user in ["", "hunter2"] {
                    let url = "redis://\(user):8675309-hunter2@127.0.0.1:\(server.port)"
                    try await withClient(url, loops: 1, settings: settings, logger: record.logger) { redis, _ in
                        await runCommands(redis, record)
                    }
                }
            }
        }
        expectNoSecrets(record)
    }

    @Test func `what a hostile server says is not passed on`() async throws {
        let record = Record()
        for reply in [
            "-MINE hunter2\r\n", "-ERR hunter2 8675309\r\n", "+hunter2\r\n", "$7\r\nhunter2\r\n", ":8675309\r\n",
            "hunter2\r\n", "*2\r\n$7\r\nhunter2\r\n-ERR hunter2\r\n", "$hunter2\r\n",
        ] {
            let script = ScriptedServer.Script(
                onAccept: [], onCommand: { _ in [.send(reply)] }, answersPing: !reply.hasPrefix("-ERR"))
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let server = try await ScriptedServer.start(on: group, script)
            try await withClient(
                server.url, loops: 1, settings: [.set(\.commandTimeout, .milliseconds(200))], logger: record.logger
            ) { redis, _ in
                for _ in 0..<2 { await runCommands(redis, record) }
            }
            try await server.stop()
            try await group.shutdownGracefully()
        }
        expectNoSecrets(record)
    }

    @Test func `commands, arguments, credentials and configurations describe themselves without secrets`() throws {
        var configuration = try RedisConfiguration(url: "redis://hunter2:hunter2@127.0.0.1/1")
        configuration.clientName = "node"
        let things: [Any] = [
            RedisCommand("SET", "hunter2", .bytes(ByteBuffer(string: "hunter2")), 8_675_309),
            RedisCredentials(username: "hunter2", password: "hunter2"), configuration,
        ]
        for thing in things {
            var dumped = ""
            dump(thing, to: &dumped)
            for text in ["\(thing)", String(reflecting: thing), dumped] {
                for secret in Self.secrets { #expect(!text.contains(secret)) }
            }
        }
    }
}

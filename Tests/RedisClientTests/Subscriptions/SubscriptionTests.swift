import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct SubscriptionTests {
    /// A client that subscribes, and one of someone else.
    private func withSubscriber(
        arguments: [String] = [], _ body: (RedisClient, RedisClient, RedisServer) async throws -> Void
    ) async throws {
        try await withRedisServer(arguments: arguments) { server async throws in
            try await withClient(server.url) { redis, _ async throws in
                try await withClient(server.url, loops: 1) { other, _ async throws in
                    try await body(redis, other, server)
                }
            }
        }
    }

    /// How many clients have subscribed to a channel.
    private func subscribers(of channel: String, _ redis: RedisClient) async throws -> RedisValue? {
        let reply = try await redis.send(RedisCommand("PUBSUB", "NUMSUB", .string(channel)), timeout: .seconds(10))
        guard case .array(let elements) = reply else { return nil }
        return elements.last
    }

    @Test func `what is published after the scope begins arrives, once for each topic, in order`() async throws {
        try await withSubscriber { redis, other, _ async throws in
            try await redis.withSubscription(to: ["a", "b"], matching: ["b*"]) { events async throws in
                #expect(try await other.publish("1", to: "a") == 1)
                try await other.publish("2", to: "none")
                #expect(try await other.publish(ByteBuffer(bytes: [0, 255, 13, 10]), to: "b") == 2)
                try await other.publish("", to: "bb")
                var iterator = events.makeAsyncIterator()
                #expect(try await iterator.next() == .text("1", "a"))
                let both = try await [iterator.next(), iterator.next()]
                let payload = ByteBuffer(bytes: [0, 255, 13, 10])
                #expect(both.contains(.message(RedisMessage(channel: "b", payload: payload))))
                #expect(both.contains(.message(RedisMessage(channel: "b", pattern: "b*", payload: payload))))
                #expect(try await iterator.next() == .text("", "bb", pattern: "b*"))
            }
        }
    }

    @Test func `subscribers of one channel share it, and the last to leave ends it`() async throws {
        try await withSubscriber { redis, other, _ async throws in
            try await redis.withSubscription(to: ["a"]) { outer async throws in
                try await redis.withSubscription(to: ["a"]) { inner async throws in
                    #expect(try await subscribers(of: "a", other) == .integer(1))
                    #expect(try await other.publish("x", to: "a") == 1)
                    for events in [outer, inner] {
                        var iterator = events.makeAsyncIterator()
                        #expect(try await iterator.next() == .text("x", "a"))
                    }
                }
                #expect(try await subscribers(of: "a", other) == .integer(1))
                try await other.publish("y", to: "a")
                var iterator = outer.makeAsyncIterator()
                #expect(try await iterator.next() == .text("y", "a"))
            }
            try await until("it ends") { try await subscribers(of: "a", other) == .integer(0) }
            // Again over the same connection, which is no longer in subscribed mode.
            try await redis.withSubscription(to: ["a"]) { events async throws in
                try await other.publish("z", to: "a")
                var iterator = events.makeAsyncIterator()
                #expect(try await iterator.next() == .text("z", "a"))
            }
            #expect(try await other.info("total_connections_received") ?? 0 < 20)
        }
    }

    @Test func `a slow reader loses the oldest messages and hears of it`() async throws {
        try await withSubscriber { redis, other, _ async throws in
            try await redis.withSubscription(to: ["a"], bufferedMessages: 10) { events async throws in
                try await redis.withSubscription(to: ["a"]) { prompt async throws in
                    for index in 0..<100 { try await other.publish("\(index)", to: "a") }
                    var iterator = prompt.makeAsyncIterator()
                    while try await iterator.next() != .text("99", "a") {}
                }
                var iterator = events.makeAsyncIterator()
                #expect(try await iterator.next() == .dropped(90))
                for index in 90..<100 { #expect(try await iterator.next() == .text("\(index)", "a")) }
            }
        }
    }

    @Test func `a lost connection is told, and so is the return`() async throws {
        try await withSubscriber { redis, other, server async throws in
            try await redis.withSubscription(to: ["a"], matching: ["p*"]) { events async throws in
                var iterator = events.makeAsyncIterator()
                for turn in 0..<3 {
                    if turn == 1 {
                        try server.restart()
                        try await untilAnswered(other)
                    } else {
                        _ = try await other.send(RedisCommand("CLIENT", "KILL", "TYPE", "pubsub"))
                    }
                    #expect(try await iterator.next() == .interrupted)
                    #expect(try await iterator.next() == .resumed)
                    #expect(try await other.publish("\(turn)", to: "a") == 1)
                    #expect(try await other.publish("\(turn)", to: "pp") == 1)
                    #expect(try await iterator.next() == .text("\(turn)", "a"))
                    #expect(try await iterator.next() == .text("\(turn)", "pp", pattern: "p*"))
                }
            }
        }
    }

    @Test func `a pulled cable is noticed by the missing sign of life`() async throws {
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                try await withClient(proxy.url, loops: 1) { redis, _ async throws in
                    try await redis.withSubscription(to: ["a"]) { events async throws in
                        try await proxy.treat { $0.connection == 0 ? .blackhole : .none }
                        let start = ContinuousClock.now
                        var iterator = events.makeAsyncIterator()
                        #expect(try await iterator.next() == .interrupted)
                        // Three heartbeats, and as much again for a busy machine.
                        #expect(ContinuousClock.now - start < .seconds(6))
                        #expect(try await iterator.next() == .resumed)
                        try await redis.publish("x", to: "a")
                        #expect(try await iterator.next() == .text("x", "a"))
                    }
                }
            }
        }
    }

    @Test func `an idle subscription lives on`() async throws {
        try await withSubscriber { redis, other, _ async throws in
            try await redis.withSubscription(to: ["a"]) { events async throws in
                // More than the connections for commands ask in the three heartbeats that a mute one would live.
                let before = try await other.commandCount("ping")
                try await until("some heartbeats") { try await other.commandCount("ping") > before + 10 }
                try await other.publish("x", to: "a")
                var iterator = events.makeAsyncIterator()
                #expect(try await iterator.next() == .text("x", "a"))
            }
        }
    }

    @Test func `a channel that is not allowed is refused by name, others go on`() async throws {
        try await withSubscriber { _, admin, server async throws in
            _ = try await admin.send(
                RedisCommand("ACL", "SETUSER", "u", "on", ">pw", "~*", "+@all", "resetchannels", "&ok*"))
            try await withClient("redis://u:pw@127.0.0.1:\(server.port)", loops: 1) { redis, _ async throws in
                try await redis.withSubscription(to: ["ok"]) { events async throws in
                    let error = await redisFailure {
                        try await redis.withSubscription(to: ["ok2", "secret"]) { _ in _ = Issue.record("was let in") }
                    }
                    #expect(error?.code == .server && error?.serverError == .noPermission)
                    try await until("ok2 ends") { try await subscribers(of: "ok2", admin) == .integer(0) }
                    try await admin.publish("x", to: "ok")
                    var iterator = events.makeAsyncIterator()
                    #expect(try await iterator.next() == .text("x", "ok"))
                    // Taking the permission away ends the connection as well.
                    _ = try await admin.send(RedisCommand("ACL", "SETUSER", "u", "resetchannels"))
                    #expect(try await iterator.next() == .interrupted)
                    let end = await redisFailure { while try await iterator.next() != nil {} }
                    #expect(end?.serverError == .noPermission)
                }
            }
        }
    }

    @Test func `cancelling the reader ends the sequence, and leaving the scope the subscription`() async throws {
        try await withSubscriber { redis, other, _ async throws in
            let reading = Atomic<Bool>(false)
            let reader = Task {
                try await redis.withSubscription(to: ["a"]) { events async throws in
                    reading.store(true, ordering: .relaxed)
                    for try await _ in events {}
                    return Task.isCancelled
                }
            }
            try await until("it reads") { reading.load(ordering: .relaxed) }
            reader.cancel()
            #expect(try await reader.value)
            try await until("the subscription ends") { try await subscribers(of: "a", other) == .integer(0) }
        }
    }

    @Test func `who waits for a server that does not answer may be cancelled, and gives up in time`() async throws {
        try await withSubscriber { redis, _, server async throws in
            try await redis.withSubscription(to: ["first"]) { _ async throws in
                server.pause()
                defer { server.resume() }
                let waiting = Task { await redisFailure { try await redis.withSubscription(to: ["a"]) { _ in } } }
                let late = await redisFailure {
                    try await redis.withSubscription(to: ["b"], timeout: .milliseconds(100)) { _ in }
                }
                #expect(late?.code == .timeout)
                waiting.cancel()
                let error = await waiting.value
                #expect(error?.code == .cancelled)
            }
        }
    }

    @Test func `without a server the error comes at once, and later it works`() async throws {
        try await withSubscriber { redis, _, server async throws in
            server.stop()
            let error = await redisFailure { try await redis.withSubscription(to: ["a"]) { _ in } }
            #expect(error?.code == .connectFailed && error?.wasSent == false)
            try server.start()
            try await until("it works") {
                await redisFailure { try await redis.withSubscription(to: ["a"]) { _ in } } == nil
            }
        }
    }

    @Test func `a node of a cluster that closes what it accepts does not keep a subscription from the others`()
        async throws
    {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let closing = try await ScriptedServer.start(
            on: group, .init(onCommand: { _ in [.close] }, answersPing: false))
        try await withRedisServer { server async throws in
            let url = "redis+cluster://127.0.0.1:\(closing.port),127.0.0.1:\(server.port)"
            // Which of the two is tried first is random.
            for _ in 0..<8 {
                try await withClient(url, loops: 1) { redis, _ async throws in
                    try await until("it works") {
                        await redisFailure { try await redis.withSubscription(to: ["a"]) { _ in } } == nil
                    }
                }
            }
        }
        try await closing.stop()
        try await group.shutdownGracefully()
    }

    @Test func `shutdown ends the sequence, and there is no subscription after it`() async throws {
        try await withSubscriber { redis, other, _ async throws in
            let reading = Atomic<Bool>(false)
            let reader = Task {
                try await redis.withSubscription(to: ["a"]) { events async throws in
                    reading.store(true, ordering: .relaxed)
                    for try await _ in events {}
                }
            }
            try await until("it reads") { reading.load(ordering: .relaxed) }
            await redis.shutdown()
            try await reader.value
            let error = await redisFailure { try await redis.withSubscription(to: ["a"]) { _ in } }
            #expect(error?.code == .shutdown)
            try await until("the server sees it") { try await other.info("pubsub_clients") ?? 0 == 0 }
        }
    }

    @Test func `a message shows neither channel nor payload`() {
        let message = RedisMessage(channel: "secret", pattern: "secret*", payload: ByteBuffer(string: "secret"))
        var dumped = ""
        dump(message, to: &dumped)
        for text in ["\(message)", String(reflecting: message), dumped] { #expect(!text.contains("secret")) }
    }
}

extension RedisSubscriptionEvent {
    /// A message of text.
    fileprivate static func text(_ payload: String, _ channel: String, pattern: String? = nil) -> Self {
        .message(RedisMessage(channel: channel, pattern: pattern, payload: ByteBuffer(string: payload)))
    }
}

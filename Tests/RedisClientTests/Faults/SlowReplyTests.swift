import NIOCore
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(1))) struct SlowReplyTests {
    @Test func `slow replies: time-outs leave the order as it is, and the others wait no longer than the line`()
        async throws
    {
        let delay = Duration.milliseconds(200)
        try await withRedisServer { server async throws in
            try await withFaultProxy(to: server.port) { proxy async throws in
                try await withClient(proxy.url, loops: 1) { redis, _ async throws in
                    try await redis.connect()
                    try await proxy.treat(.toClient, as: .delayed(TimeAmount(delay)))
                    await withTaskGroup { tasks in
                        for caller in 0..<200 {
                            // One in two has less time than a reply takes.
                            let timeout = caller.isMultiple(of: 2) ? delay / 2 : nil
                            tasks.addTask {
                                for turn in 0..<5 {
                                    let start = ContinuousClock.now
                                    let question = Question.echo("\(caller).\(turn)")
                                    let outcome = await question.ask(redis, timeout: timeout)
                                    #expect(outcome == (timeout == nil ? .right : .failed(.timeout)))
                                    let elapsed = ContinuousClock.now - start
                                    #expect(elapsed >= timeout ?? delay && elapsed < delay * 3)
                                }
                            }
                        }
                    }
                    #expect(proxy.connectionCount == 1)
                }
            }
        }
    }
}

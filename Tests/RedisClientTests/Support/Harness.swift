import Logging
import NIOCore
import NIOPosix
import RedisClient
import RedisServerFixture

/// Runs tasks on a loop, as an HTTP engine does for its requests.
final class OnLoop: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Gives a test a client on two loops, and shuts both down afterwards.
func withClient<Result>(
    _ url: String, loops: Int = 2, settings: [Setting] = [], logger: Logger? = nil,
    _ body: (RedisClient, MultiThreadedEventLoopGroup) async throws -> Result
) async throws -> Result {
    var configuration = try RedisConfiguration(url: url)
    // The default bounds are tight for a machine that runs all suites at once; tests of time set their own.
    configuration.connectTimeout = .seconds(10)
    configuration.commandTimeout = .seconds(5)
    for setting in settings { setting.apply(&configuration) }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let client = RedisClient(configuration: configuration, eventLoopGroup: group, logger: logger)
    do {
        let result = try await body(client, group)
        await client.shutdown()
        try await group.shutdownGracefully()
        return result
    } catch {
        await client.shutdown()
        try await group.shutdownGracefully()
        throw error
    }
}

/// Gives a test a client and the scripted server it talks to.
func withScript<Result>(
    _ script: ScriptedServer.Script, settings: [Setting] = [],
    _ body: (RedisClient, ScriptedServer) async throws -> Result
) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await ScriptedServer.start(on: group, script)
    let result = try await withClient(server.url, loops: 1, settings: settings) { client, _ in
        try await body(client, server)
    }
    try await server.stop()
    try await group.shutdownGracefully()
    return result
}

/// The error a command ends with.
func failure<Value>(_ body: () async throws(RedisError) -> Value) async -> RedisError? {
    do throws(RedisError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// Asks until the server answers; every refusal comes at once or at its deadline, so this waits for an event.
func untilAnswered(_ client: RedisClient) async throws {
    while await failure({ () async throws(RedisError) in try await client.ping() }) != nil {
        try Task.checkCancellation()
        await Task.yield()
    }
}

/// Waits for what gives no event of its own, and fails when it has not come in 20 s.
func until(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverHappened(what: what) }
        try await Task.sleep(for: .milliseconds(2))
    }
}

struct NeverHappened: Error {
    let what: String
}

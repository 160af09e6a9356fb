import InMemoryLogging
import KoaTesting
import Logging
import NIOHTTP1
import RedisClient
import ServiceLifecycle
import WeChatAPI

@testable import LoginService

/// A node that serves on a free port, in this process.
struct TestNode: Sendable {
    let port: Int
    let client: TestClient
    let log: InMemoryLogHandler

    /// Posts a login code.
    func logIn(_ code: String, headers: HTTPHeaders = [:]) async throws -> TestReply {
        try await client.logIn(code, headers: headers)
    }

    /// What the audit lines say, in their order: `event reason`, or `event` where there is no reason.
    var audit: [String] {
        log.entries.filter { $0.message == "audit" }.map { entry in
            ["event", "reason"].compactMap { entry.metadata[$0].map { "\($0)" } }.joined(separator: " ")
        }
    }

    /// What was logged, each entry as one line.
    var logLines: [String] { log.lines }
}

/// How long a node waits for its neighbours.
enum Pace {
    /// Longer than any busy machine makes them wait: for tests of what is answered.
    case patient
    /// As in production: for tests of when it is answered.
    case real
}

/// Serves with a node of these backends while `body` runs, then stops it gracefully.
///
/// The settings stand in place of the backends' own; the pace is about Redis, the timeout about WeChat.
func withNode<Value>(
    on backends: Backends,
    _ settings: [Setting: String] = [:],
    pace: Pace = .patient,
    weChatTimeout: Duration = .seconds(5),
    onEvent: (@Sendable (LoginEvent) async -> Void)? = nil,
    _ body: (TestNode) async throws -> Value
) async throws -> Value {
    forbidSecrets(of: settings)
    var configuration = try await ServiceConfiguration(flags: settings, environment: backends.environment)
    let patience = { (app: WeChatConfiguration) in
        try WeChatConfiguration(
            baseURL: app.baseURL, allowInsecure: true, appID: app.appID, appSecret: app.appSecret,
            connectTimeout: min(.seconds(1), weChatTimeout), timeout: weChatTimeout)
    }
    configuration.weChat = try patience(configuration.weChat)
    configuration.otherWeChatApps = try configuration.otherWeChatApps.map(patience)
    if pace == .patient {
        configuration.redis.connectTimeout = .seconds(10)
        configuration.redis.commandTimeout = .seconds(5)
    }
    let log = InMemoryLogHandler()
    defer { log.keep() }
    var logger = Logger(label: "test") { _ in log }
    logger.logLevel = configuration.logLevel
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let node = LoginNode(
        configuration: configuration, logger: logger, onListening: { continuation.yield($0) }, onEvent: onEvent)
    let group = ServiceGroup(
        configuration: .init(services: [node], logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            defer { continuation.finish() }
            try await group.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await tasks.waitForAll()
            throw CancellationError()
        }
        let client = TestClient(port: port)
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(TestNode(port: port, client: client, log: log))) } catch {
            outcome = .failure(error)
        }
        await client.close()
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return try outcome.get()
    }
}

/// Serves with a node on backends of its own while `body` runs.
func withNode<Value>(
    _ settings: [Setting: String] = [:],
    store: Store = .sqlite,
    pace: Pace = .patient,
    weChatTimeout: Duration = .seconds(5),
    _ body: (Backends, TestNode) async throws -> Value
) async throws -> Value {
    try await withBackends(store) { backends in
        try await withNode(on: backends, settings, pace: pace, weChatTimeout: weChatTimeout) { node in
            try await body(backends, node)
        }
    }
}

/// Serves with two nodes that share their backends while `body` runs.
func withTwoNodes<Value>(
    _ settings: [Setting: String] = [:],
    _ body: (Backends, TestNode, TestNode) async throws -> Value
) async throws -> Value {
    try await withNode(settings) { backends, first in
        try await withNode(on: backends, settings) { second in try await body(backends, first, second) }
    }
}

import Foundation
import InMemoryLogging
import Logging
import MariaDBFixture
import NIOPosix
import PostgreSQLFixture
import ProcessFixture
import RedisClient
import RedisServerFixture
import RelationalStore
import WeChatSandbox

@testable import LoginService

/// What nodes stand on, private to one test: a Redis, a sandbox of WeChat, a database.
struct Backends: Sendable {
    static let appID = "wx4f4bc4dec97d474b"
    static let appSecret = "5f0e8c1b2a3d4e5f60718293a4b5c6d7"
    static let secretKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

    /// The phones that tests bind without a code of WeChat's.
    static let phones = ["13012341236", "13012341237"]

    let redisServer: RedisServer
    /// A client of that Redis, for a test to look at what nodes wrote.
    let redis: RedisClient
    let sandbox: Sandbox
    let weChatURL: String
    /// Removed after the test.
    let directory: String
    let databaseURL: String
    /// Another empty database of the same kind, such as an older system's.
    let otherDatabaseURL: String

    /// As which mini programs nodes call WeChat.
    var credentials = ["WECHAT_APPID": appID, "WECHAT_SECRET": appSecret]

    /// What a node needs to be told, as environment variables.
    var environment: [String: String] {
        [
            "PORT": "0", "ADMIN_PORT": "0", "WORKERS": "2", "SHUTDOWN_DELAY": "0s", "LOG_LEVEL": "trace",
            "WECHAT_BASE_URL": weChatURL,
            "WECHAT_ALLOW_INSECURE": "true", "REDIS_URL": redisServer.url, "DATABASE_URL": databaseURL,
            "SECRET_KEY": Self.secretKey,
        ].merging(credentials) { $1 }
    }

    /// A fresh login code of a user of the sandbox.
    func code(for user: String = "alice") throws -> String {
        let code = try sandbox.makeLoginCode(for: user)
        // Known even after a test has reset the sandbox.
        LogEvidence.forbid(code)
        return code
    }
}

/// Which database the users are in.
enum Store: CaseIterable, Sendable {
    case sqlite
    case mysql
    case postgresql
}

/// Gives a test its own backends, Redis with these arguments added to its command line, and stops them afterwards.
func withBackends<Value>(
    _ store: Store = .sqlite, redis arguments: [String] = [], _ body: (Backends) async throws -> Value
) async throws -> Value {
    await Turns.shared.take()
    do {
        let value = try await withTemporaryDirectory { directory in
            try await withRedisServer(arguments: arguments) { server in
                try await withBackends(store, in: directory, server, body)
            }
        }
        await Turns.shared.giveBack()
        return value
    } catch {
        await Turns.shared.giveBack()
        throw error
    }
}

private func withBackends<Value>(
    _ store: Store, in directory: String, _ server: RedisServer, _ body: (Backends) async throws -> Value
) async throws -> Value {
    var configuration = try RedisConfiguration(url: server.url)
    configuration.commandTimeout = .seconds(10)
    let redis = RedisClient(configuration: configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    let log = InMemoryLogHandler()
    defer { log.keep() }
    var logger = Logger(label: "sandbox") { _ in log }
    logger.logLevel = .trace
    let sandbox = Sandbox(
        apps: [SandboxApp(appid: Backends.appID, secret: Backends.appSecret)], logger: logger)
    LogEvidence.forbid([Backends.appSecret, Backends.secretKey] + Backends.phones)
    defer { sandbox.forbidSecrets() }
    let running = try await sandbox.start()
    let urls: [String]
    switch store {
    case .sqlite: urls = ["users", "other"].map { "sqlite:\(directory)/\($0).sqlite3" }
    case .mysql:
        let mariaDB = try await SharedMariaDB.server()
        urls = [
            mariaDB.networkURL(database: try await mariaDB.makeDatabase()),
            mariaDB.networkURL(database: try await mariaDB.makeDatabase()),
        ]
    case .postgresql:
        let postgreSQL = try await SharedPostgreSQL.server()
        urls = [
            postgreSQL.networkURL(database: try await postgreSQL.makeDatabase()),
            postgreSQL.networkURL(database: try await postgreSQL.makeDatabase()),
        ]
    }
    let backends = Backends(
        redisServer: server, redis: redis, sandbox: sandbox, weChatURL: running.baseURL, directory: directory,
        databaseURL: urls[0], otherDatabaseURL: urls[1])
    do {
        let value = try await body(backends)
        await redis.shutdown()
        await running.shutdown()
        return value
    } catch {
        await redis.shutdown()
        await running.shutdown()
        throw error
    }
}

/// Gives a directory and removes it afterwards.
func withTemporaryDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let directory = FileManager.default.temporaryDirectory.appending(path: "login-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory.path)
}

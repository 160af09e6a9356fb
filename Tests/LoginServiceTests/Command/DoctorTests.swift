import Foundation
import KoaKit
import NIOCore
import ProcessFixture
import RedisClient
import RedisServerFixture
import Testing
import WeChatSandbox

@Suite(.timeLimit(.minutes(2)))
struct DoctorTests {
    private struct Findings {
        let end: ProcessEnd
        let findings: [JSONValue]

        /// The verdicts on a subject.
        func verdicts(_ subject: String) -> [String] {
            findings.filter { $0["subject"]?.stringValue == subject }.compactMap { $0["verdict"]?.stringValue }
        }

        func text(_ subject: String) -> String {
            findings.filter { $0["subject"]?.stringValue == subject }
                .map { "\($0["message"]?.stringValue ?? "") \($0["advice"]?.stringValue ?? "")" }.joined()
        }
    }

    private func examine(_ backends: Backends, _ changes: [String: String?] = [:]) async throws -> Findings {
        let environment = backends.environment.merging(changes.compactMapValues(\.self)) { $1 }
        let run = try await runCommand(["doctor", "--json"], environment: environment)
        guard case .array(let findings) = try JSONValue(parsing: ByteBuffer(string: run.output)) else {
            throw CancellationError()
        }
        for secret in [Backends.appSecret, Backends.secretKey] { #expect(!run.output.contains(secret)) }
        return Findings(end: run.end, findings: findings)
    }

    @Test func `all is well`() async throws {
        try await withBackends { backends in
            let result = try await examine(backends)
            #expect(result.end == .exit(0))
            #expect(result.verdicts("redis") == ["ok"] && result.verdicts("database") == ["ok"])
            #expect(result.verdicts("wechat") == ["ok"] && result.verdicts("clock").allSatisfy { $0 == "ok" })
            #expect(result.text("database").contains("will apply"), "it changed nothing")
            _ = try await runCommand(["migrate"], environment: backends.environment)
            #expect(try await examine(backends).text("database").contains("up to date"))
        }
    }

    @Test func `each thing that fails is named with what to do, and the others are looked at`() async throws {
        try await withBackends { backends in
            let redis = try await examine(backends, ["REDIS_URL": "redis://127.0.0.1:1"])
            #expect(
                redis.end == .exit(1) && redis.verdicts("redis") == ["failed"] && redis.verdicts("wechat") == ["ok"])
            #expect(redis.text("redis").contains("REDIS_URL"))
            let weChat = try await examine(backends, ["WECHAT_BASE_URL": "http://127.0.0.1:1"])
            #expect(weChat.end == .exit(1) && weChat.verdicts("wechat") == ["failed"])
            let secret = try await examine(backends, ["WECHAT_SECRET": "not-the-secret"])
            #expect(secret.end == .exit(1) && secret.text("wechat").contains("WECHAT_SECRET"))
            let database = try await examine(backends, ["DATABASE_URL": "mysql://u:hunter2@127.0.0.1:1/users"])
            #expect(database.end == .exit(1) && database.verdicts("database") == ["failed"])
            #expect(!database.text("database").contains("hunter2"))
            let schema = try await examine(backends, ["MIGRATE_AT_START": "false"])
            #expect(schema.end == .exit(1) && schema.text("database").contains("wechat-login migrate"))
            let settings = try await examine(backends, ["PORT": "x"])
            #expect(settings.end == .exit(1) && settings.verdicts("settings") == ["failed"])
            #expect(settings.findings.count == 1 && settings.text("settings").contains("PORT"))
        }
    }

    @Test func `a Redis that evicts is a warning, and no failure`() async throws {
        try await withBackends { backends in
            _ = try await backends.redis.send(RedisCommand("CONFIG", "SET", "maxmemory-policy", "allkeys-lru"))
            let result = try await examine(backends)
            #expect(result.end == .exit(0) && result.verdicts("redis") == ["warning"])
            #expect(result.text("redis").contains("noeviction"))
        }
    }

    @Test func `for people, it is a line for each finding and what to do below`() async throws {
        try await withBackends { backends in
            let run = try await runCommand(
                ["doctor", "--redis-url", "redis://127.0.0.1:1"], environment: backends.environment)
            #expect(run.end == .exit(1))
            #expect(run.output.contains("failed  redis"), "\(run.output)")
            #expect(run.output.contains("→ start Redis"), "\(run.output)")
            #expect(run.output.contains("ok      wechat"), "\(run.output)")
        }
    }
}

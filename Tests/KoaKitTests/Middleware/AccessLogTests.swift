import InMemoryLogging
import KoaKit
import KoaTesting
import Logging
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AccessLogTests {
    private func entries(
        level: Logger.Level = .debug,
        _ accessLog: AccessLog = AccessLog(),
        requesting paths: [String]
    ) async throws -> [InMemoryLogHandler.Entry] {
        let log = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = level
        let app = Application(logger: logger)
        app.onError { _, _ in }
        app.use(RequestID())
        app.use(accessLog)
        let router = Router()
        router.get("/users/:id") { ctx, _ in ctx.body = .text("ok") }
        router.get("/error") { _, _ in throw HTTPError(409) }
        router.get("/left") { _, _ in throw CancellationError() }
        app.use(router.routes())
        try await app.test { client async throws in
            for path in paths { _ = try await client.get(path, headers: ["X-Request-Id": "r-1"]) }
        }
        return log.entries
    }

    @Test func `a request is one entry with its facts as metadata`() async throws {
        let entry = try #require(try await entries(requesting: ["/users/secret?token=secret"]).first)
        #expect(entry.level == .debug)
        #expect(entry.message == "request answered")
        #expect(entry.metadata["method"] == "GET")
        #expect(entry.metadata["route"] == "/users/:id")
        #expect(entry.metadata["status"] == "200")
        #expect(entry.metadata["request.id"] == "r-1")
        #expect(entry.metadata["duration"] != nil)
    }

    @Test func `neither path nor query is logged`() async throws {
        let entries = try await entries(requesting: ["/users/secret?token=secret", "/secret"])
        #expect(entries.count == 2)
        for entry in entries { #expect(!"\(entry.message) \(entry.metadata)".contains("secret")) }
        #expect(entries.last?.metadata["route"] == "unmatched")
    }

    @Test func `an error is logged with its status, a request that was cancelled with 499`() async throws {
        let entries = try await entries(requesting: ["/error", "/left"])
        #expect(entries.map { $0.metadata["status"] } == ["409", "499"])
        let shaped = try await self.entries(AccessLog(.init(statusOfError: { _ in 200 })), requesting: ["/error"])
        #expect(shaped.map { $0.metadata["status"] } == ["200"])
    }

    @Test func `nothing is logged above the logger's level`() async throws {
        #expect(try await entries(level: .info, requesting: ["/users/1"]).isEmpty)
        #expect(try await entries(level: .info, AccessLog(.init(level: .info)), requesting: ["/users/1"]).count == 1)
    }
}

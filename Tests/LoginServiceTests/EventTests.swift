import InMemoryLogging
import KoaKit
import KoaTesting
import Logging
import NIOHTTP1
import Synchronization
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct EventTests {
    @Test func `each thing that happens is one audit line, whose words are stable`() async throws {
        let settings: [Setting: String] = [
            .tokenStyle: "opaque", .phoneSelfAsserted: "true", .sessionLimit: "2",
        ]
        try await withNode(settings) { backends, node in
            let client = node.client
            let first = try await node.logIn(try backends.code()).token
            let second = try await node.logIn(try backends.code()).token
            let third = try await node.logIn(try backends.code()).token
            let fourth = try await node.logIn(try backends.code(), headers: ["token": third]).token
            _ = try await node.logIn("unknown")
            _ = try await client.post(
                "/user/login", headers: ["token": fourth], body: .json(["phone": "13012341236"]))
            _ = try await client.delete("/user/sessions", headers: ["token": fourth])
            _ = try await client.post("/user/logout", headers: ["token": fourth])
            _ = try await client.post("/user/logout", headers: ["token": fourth])
            #expect(
                node.audit == [
                    "login", "login", "login", "limited", "login", "replaced presented",
                    "login_refused invalid_code", "phone_bound self_asserted", "kicked others_by_user", "logout",
                ])
            _ = (first, second)
        }
    }

    @Test func `an audit line has user, session, app, address and request, and no secret`() async throws {
        try await withNode([.tokenStyle: "opaque"]) { backends, node in
            let code = try backends.code()
            let token = try await node.logIn(code, headers: ["X-Request-Id": "r-1"]).token
            let list = try await node.client.get("/user/sessions", headers: ["token": token])
            let id = try #require(try list.sessions.first?["id"]?.stringValue)
            let entry = try #require(node.log.entries.first { $0.message == "audit" })
            #expect(entry.level == .info)
            #expect(entry.metadata["user.id"] == "1" && entry.metadata["session.id"] == "\(id)")
            #expect(entry.metadata["app"] == "\(Backends.appID)" && entry.metadata["client.address"] == "127.0.0.1")
            #expect(entry.metadata.values.contains("r-1"))
            let openID = try backends.sandbox.openID(of: "alice")
            for line in node.logLines {
                for secret in [code, token, openID] { #expect(!line.contains(secret), "\(line)") }
            }
        }
    }

    @Test func `the hook is told the same, in order`() async throws {
        let (events, continuation) = AsyncStream.makeStream(of: LoginEvent.self)
        try await withBackends { backends in
            try await withNode(on: backends, onEvent: { continuation.yield($0) }) { node in
                let token = try await node.logIn(try backends.code(), headers: ["X-Request-Id": "r-1"]).token
                _ = try await node.client.post("/user/logout", headers: ["token": token])
                var iterator = events.makeAsyncIterator()
                let (login, logout) = (await iterator.next(), await iterator.next())
                #expect(login?.kind == .login && logout?.kind == .logout)
                #expect(login?.userID == 1 && login?.sessionID == "shared" && logout?.sessionID == "shared")
                #expect(login?.requestID == "r-1" && login?.clientAddress == "127.0.0.1")
            }
        }
    }

    @Test func `what waits for the hook when the node stops still reaches it`() async throws {
        let kinds = Mutex<[LoginEvent.Kind]>([])
        try await withBackends { backends in
            let gate = AsyncStream.makeStream(of: Never.self)
            let hook: @Sendable (LoginEvent) async -> Void = { event in
                for await _ in gate.stream {}
                kinds.withLock { $0.append(event.kind) }
            }
            try await withNode(on: backends, onEvent: hook) { node async throws in
                let token = try await node.logIn(try backends.code()).token
                _ = try await node.client.post("/user/logout", headers: ["token": token])
                #expect(kinds.withLock { $0 }.isEmpty, "requests were answered while the hook hung")
                gate.continuation.finish()
            }
        }
        #expect(kinds.withLock { $0 } == [.login, .logout])
    }

    @Test func `a flood of refused logins floods no log, which says how many it left out`() async throws {
        let log = InMemoryLogHandler()
        let logger = Logger(label: "test") { _ in log }
        let events = LoginEvents(logger: logger)
        let origin = EventOrigin(logger: logger)
        for _ in 0..<10_000 { events.record(LoginEvent(.loginRefused, reason: "invalid_code"), from: origin) }
        events.record(LoginEvent(.login), from: origin)
        #expect(log.entries.last?.metadata["event"] == "login", "what is no refusal is never left out")
        #expect(log.entries.count < 5_000)
        try await eventually {
            events.record(LoginEvent(.loginRefused), from: origin)
            return (log.entries.last?.metadata["omitted"]).flatMap { Int("\($0)") } ?? 0 > 5_000
        }
    }

    @Test func `a hook that is too slow misses events, and the log says how many`() async throws {
        let log = InMemoryLogHandler()
        let logger = Logger(label: "test") { _ in log }
        let count = Mutex(0)
        let quiet = EventOrigin(logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() })
        let events = LoginEvents(logger: logger) { _ in count.withLock { $0 += 1 } }
        for _ in 0..<(LoginEvents.capacity + 500) {
            events.record(LoginEvent(.login), from: quiet)
        }
        events.finish()
        await events.run()
        #expect(count.withLock { $0 } == LoginEvents.capacity)
        #expect(log.entries.map(\.message) == ["events left out, the hook is slow"])
        #expect(log.entries.first?.metadata["count"] == "500")
    }

    @Test func `a hook that hangs keeps neither requests nor the stop of the node from going on`() async throws {
        try await withBackends { backends in
            let clock = ContinuousClock()
            let start = clock.now
            let (never, neverComes) = AsyncStream.makeStream(of: Never.self)
            defer { neverComes.finish() }
            let hook: @Sendable (LoginEvent) async -> Void = { _ in for await _ in never {} }
            try await withNode(on: backends, onEvent: hook) { node async throws in
                for _ in 0..<20 { #expect(try await node.logIn(try backends.code()).outcome == .success) }
            }
            #expect(clock.now - start < .seconds(60))
        }
    }
}

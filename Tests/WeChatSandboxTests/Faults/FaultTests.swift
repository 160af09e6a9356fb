import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct FaultTests {
    /// What the client gets while the fault lasts, then what the same code is worth.
    private func misbehave(
        _ kind: Fault.Kind,
        then errcode: Int64?,
        _ check: (RawConnection) async throws -> Void
    ) async throws {
        try await withSandbox { fixture in
            let code = try fixture.sandbox.makeLoginCode(for: "alice")
            try fixture.sandbox.inject(Fault(kind, delay: .zero))
            try await check(try await fixture.open("GET", SandboxFixture.target(code)))
            let later = try await fixture.exchange(code)
            #expect(later.errcode == errcode)
            #expect(fixture.sandbox.calls.map(\.fault) == [kind, nil])
        }
    }

    @Test func `delay gives the proper answer after a while`() async throws {
        try await withSandbox { fixture in
            let code = try fixture.sandbox.makeLoginCode(for: "alice")
            try fixture.sandbox.inject(Fault(.delay, delay: .milliseconds(50)))
            let start = ContinuousClock.now
            let reply = try await fixture.exchange(code)
            #expect(ContinuousClock.now - start >= .milliseconds(50))
            #expect(try reply.json()["openid"]?.stringValue == (try fixture.sandbox.openID(of: "alice")))
        }
    }

    @Test func `a delayed call holds up no other`() async throws {
        try await withSandbox { fixture in
            let code = try fixture.sandbox.makeLoginCode(for: "alice")
            try fixture.sandbox.inject(Fault(.delay, delay: .seconds(100)), count: 8)
            var delayed: [RawConnection] = []
            for _ in 0..<8 { delayed.append(try await fixture.open("GET", SandboxFixture.target("x"))) }
            try await fixture.waitForCalls(8)
            #expect(try await fixture.exchange(code).errcode == nil)
            for connection in delayed { await connection.close() }
        }
    }

    @Test func `hang never answers, spends nothing, and does not hold up the stop`() async throws {
        try await withSandbox { fixture in
            let code = try fixture.sandbox.makeLoginCode(for: "alice")
            try fixture.sandbox.inject(Fault(.hang))
            let hung = try await fixture.open("GET", SandboxFixture.target(code))
            try await fixture.waitForCalls(1)
            #expect(try await fixture.exchange(code).errcode == nil)
            let error = await #expect(throws: RawConnectionError.self) {
                try await hung.read(1, timeout: .milliseconds(20))
            }
            #expect(error?.code == .timedOut)
        }
    }

    @Test(arguments: [(Fault.Kind.reset, nil), (.resetAfterCommit, 40_163)] as [(Fault.Kind, Int64?)])
    func `a reset comes before or after the code is spent`(kind: Fault.Kind, then errcode: Int64?) async throws {
        try await misbehave(kind, then: errcode) { connection in
            let error = await #expect(throws: RawConnectionError.self) { try await connection.read(1) }
            #expect(error?.code == .reset)
        }
    }

    @Test func `busy is errcode -1`() async throws {
        try await misbehave(.busy, then: nil) { connection in
            let reply = try await connection.readReply()
            #expect(reply.status == 200)
            #expect(reply.errcode == -1)
            let message = try #require(try reply.json()["errmsg"]?.stringValue)
            #expect(message.hasPrefix("system error"))
        }
    }

    @Test(arguments: [(Fault.Kind.status500, 500), (.html, 200)])
    func `a page of HTML stands where JSON was due`(kind: Fault.Kind, status: Int) async throws {
        try await misbehave(kind, then: nil) { connection in
            let reply = try await connection.readReply()
            #expect(reply.status == status)
            #expect(reply["Content-Type"] == "text/html")
            #expect(reply.text.hasPrefix("<html>"))
        }
    }

    @Test func `truncated breaks off in the middle and has spent the code`() async throws {
        try await misbehave(.truncated, then: 40_163) { connection in
            let text = String(decoding: try await connection.readToEnd(), as: UTF8.self)
            let match = try #require(text.firstMatch(of: /Content-Length: ([0-9]+)\r\n\r\n(\{"session_key":".+)/))
            let announced = try #require(Int(match.1))
            #expect(match.2.utf8.count < announced)
        }
    }

    @Test func `huge is 50 MB`() async throws {
        try await misbehave(.huge, then: nil) { connection in
            let reply = try await connection.readReply(timeout: .seconds(50))
            #expect(reply.status == 200)
            #expect(reply.content.count == 50_000_000)
        }
    }

    @Test func `empty_openid is a success but for its openid`() async throws {
        try await misbehave(.emptyOpenID, then: 40_163) { connection in
            let json = try await connection.readReply().json()
            #expect(json["openid"] == "")
            #expect(json["session_key"]?.stringValue?.utf8.count == 24)
        }
    }

    @Test func `string_errcode is a number in quotes`() async throws {
        try await misbehave(.stringErrcode, then: nil) { connection in
            let json = try await connection.readReply().json()
            #expect(json["errcode"] == "40029")
        }
    }

    @Test func `faults wait in order, each for its number of calls`() async throws {
        try await withSandbox { fixture in
            try fixture.sandbox.inject(Fault(.busy), count: 2)
            try fixture.sandbox.inject(Fault(.stringErrcode))
            var codes: [Int64?] = []
            for _ in 0..<4 { codes.append(try await fixture.exchange("x").errcode) }
            #expect(codes == [-1, -1, nil, 40_029])
        }
    }
}

extension SandboxFixture {
    /// Waits until so many calls have arrived in all.
    func waitForCalls(_ count: Int) async throws {
        let arrivals = sandbox.arrivals()
        guard sandbox.calls.count < count else { return }
        for await _ in arrivals where sandbox.calls.count >= count { return }
    }
}

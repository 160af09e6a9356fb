import Testing
import WeChatAPI

@Suite(.timeLimit(.minutes(1)))
struct RetryTests {
    @Test func `a busy WeChat is asked once more`() async throws {
        try await ScriptedServer.run([Fixture.refusal("-1"), .send(Fixture.reply(Fixture.success))]) { server in
            let identity = try await Fixture.withClient(port: server.port) { client in
                try await client.exchange(code: try Fixture.loginCode())
            }
            #expect(identity.openID.rawValue == Fixture.openID)
            #expect(server.requests.count == 2)
        }
    }

    @Test func `a WeChat that stays busy is asked twice`() async throws {
        let script = [Fixture.refusal("-1"), Fixture.refusal("-1"), .send(Fixture.reply(Fixture.success))]
        let (error, requestCount) = try await Fixture.failure(of: script)
        #expect(error.code == .busy)
        #expect(error.isAmbiguous)
        #expect(requestCount == 2)
    }

    @Test(arguments: [("40163", WeChatError.Code.codeUsed), ("40029", .invalidCode)])
    func `a code refused after a busy answer stays that refusal and is ambiguous`(
        errcode: String, code: WeChatError.Code
    ) async throws {
        let (error, _) = try await Fixture.failure(of: [Fixture.refusal("-1"), Fixture.refusal(errcode)])
        #expect(error.code == code)
        #expect(error.isAmbiguous)
    }

    @Test func `no retry starts when the time is nearly over`() async throws {
        let (error, requestCount) = try await Fixture.failure(of: [Fixture.refusal("-1")], timeout: .milliseconds(45))
        #expect([.busy, .timeout].contains(error.code))
        #expect(requestCount <= 1)
    }

    @Test(arguments: [ScriptedAction.close, .reset])
    func `a connection that breaks before an answer is replaced once`(action: ScriptedAction) async throws {
        try await ScriptedServer.run([action, .send(Fixture.reply(Fixture.success))]) { server in
            _ = try await Fixture.withClient(port: server.port) { client in
                try await client.exchange(code: try Fixture.loginCode())
            }
            #expect(server.connectionCount == 2)
        }
    }

    @Test(arguments: [ScriptedAction.close, .reset])
    func `a server that keeps breaking connections is unreachable`(action: ScriptedAction) async throws {
        let (error, requestCount) = try await Fixture.failure(of: [action, action, action])
        #expect(error.code == .unreachable)
        #expect(error.isAmbiguous)
        #expect(requestCount == 2)
    }

    @Test func `a code used before a reset is reported as used and ambiguous`() async throws {
        let (error, _) = try await Fixture.failure(of: [.reset, Fixture.refusal("40163")])
        #expect(error.code == .codeUsed)
        #expect(error.isAmbiguous)
    }
}

import Testing
import WeChatAPI

@Suite(.timeLimit(.minutes(1)))
struct RetryTests {
    @Test func `a busy WeChat is not asked again, since it may have used up the code`() async throws {
        let script = [Fixture.refusal("-1"), .send(Fixture.reply(Fixture.success))]
        let (error, requestCount) = try await Fixture.failure(of: script)
        #expect(error.code == .busy)
        #expect(error.isAmbiguous)
        #expect(requestCount == 1)
    }

    @Test func `a connection that is closed before an answer is replaced once`() async throws {
        try await ScriptedServer.run([.close, .send(Fixture.reply(Fixture.success))]) { server in
            _ = try await Fixture.withClient(port: server.port) { client in
                try await client.exchange(code: try Fixture.loginCode())
            }
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `a server that keeps closing connections is unreachable`() async throws {
        let (error, requestCount) = try await Fixture.failure(of: [.close, .close, .close])
        #expect(error.code == .unreachable)
        #expect(error.isAmbiguous)
        #expect(requestCount == 2)
    }

    @Test func `a reset under the request is unreachable and not repeated`() async throws {
        let (error, requestCount) = try await Fixture.failure(of: [.reset, .send(Fixture.reply(Fixture.success))])
        #expect(error.code == .unreachable)
        #expect(error.isAmbiguous)
        #expect(requestCount == 1)
    }

    @Test(arguments: [("40163", WeChatError.Code.codeUsed), ("40029", .invalidCode)])
    func `a code refused after a lost answer stays that refusal and is ambiguous`(
        errcode: String, code: WeChatError.Code
    ) async throws {
        let (error, _) = try await Fixture.failure(of: [.close, Fixture.refusal(errcode)])
        #expect(error.code == code)
        #expect(error.isAmbiguous)
    }
}

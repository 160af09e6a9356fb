import Testing
import WeChatAPI

@Suite(.timeLimit(.minutes(1)))
struct AccessTokenTests {
    private let grant = Fixture.ok(#""access_token":"76_ab-C","expires_in":7200,"more":{}"#)

    private func ask(
        _ actions: [ScriptedAction], forcesRefresh: Bool = false
    ) async throws -> (grant: AccessTokenGrant?, error: WeChatError?, requests: [String]) {
        try await ScriptedServer.run(actions) { server in
            try await Fixture.withClient(port: server.port) { client in
                do {
                    let grant = try await client.stableAccessToken(forcesRefresh: forcesRefresh)
                    return (grant, nil, server.requests)
                } catch let error as WeChatError {
                    return (nil, error, server.requests)
                }
            }
        }
    }

    @Test(arguments: ["7200", #""7200""#])
    func `a stable token is asked for by POST, with nothing secret in the URL`(lifetime: String) async throws {
        let action = Fixture.ok(#""access_token":"76_ab-C","expires_in":\#(lifetime)"#)
        let (grant, _, requests) = try await ask([action])
        #expect(grant?.token.rawValue == "76_ab-C")
        #expect(grant?.lifetime == .seconds(7_200))
        let request = try #require(requests.first)
        #expect(request.hasPrefix("POST /cgi-bin/stable_token HTTP/1.1\r\n"))
        for member in [
            #""grant_type":"client_credential""#, #""appid":"\#(Fixture.appID)""#,
            #""secret":"\#(Fixture.appSecret)""#, #""force_refresh":false"#,
        ] {
            #expect(request.contains(member))
        }
    }

    @Test func `a busy WeChat is asked up to three times, and a gateway's 502 counts as busy`() async throws {
        let gateway = ScriptedAction.send(Fixture.reply("<html>", status: "502 Bad Gateway"))
        let (grant, _, requests) = try await ask([Fixture.refusal("-1"), gateway, self.grant])
        #expect(grant != nil)
        #expect(requests.count == 3)
        let (none, error, more) = try await ask([Fixture.refusal("-1"), .reset, Fixture.refusal("-1"), self.grant])
        #expect(none == nil)
        #expect(error?.code == .busy)
        #expect(more.count == 3)
    }

    @Test func `a forced refresh is not repeated, since WeChat counts it`() async throws {
        let (_, error, requests) = try await ask([Fixture.refusal("-1"), grant], forcesRefresh: true)
        #expect(error?.code == .busy)
        #expect(requests.count == 1)
        #expect(requests.first?.contains(#""force_refresh":true"#) == true)
    }

    @Test(arguments: ["40001", "40125", "40013", "40164", "40243", "89503"])
    func `what is for the operator is asked once`(errcode: String) async throws {
        let (_, error, requests) = try await ask([Fixture.refusal(errcode), grant])
        #expect(error?.code == .misconfigured)
        #expect(error?.errcode == Int(errcode))
        #expect(requests.count == 1)
    }

    @Test(arguments: [
        "", #""access_token":"","expires_in":7200"#, #""access_token":"a b","expires_in":7200"#,
        #""access_token":"a""#, #""access_token":"a","expires_in":0"#, #""access_token":"a","expires_in":-1"#,
        #""access_token":"a","expires_in":99999999"#, #""access_token":"a","expires_in":"soon""#,
        #""access_token":"a","access_token":"b","expires_in":7200"#,
    ])
    func `a token without a usable life is no token`(members: String) async throws {
        let (_, error, requests) = try await ask([Fixture.ok(members)])
        #expect(error?.code == .malformedReply)
        #expect(requests.count == 1)
    }
}

import Testing
import WeChatAPI

@Suite(.timeLimit(.minutes(1)))
struct CodeExchangeTests {
    @Test(arguments: [
        Fixture.success,
        #"{"errcode":0,"errmsg":"ok","session_key":"\#(Fixture.sessionKey)","openid":"\#(Fixture.openID)"}"#,
        #"{"errcode":"0","session_key":"\#(Fixture.sessionKey)","openid":"\#(Fixture.openID)"}"#,
        #"{"errcode":null,"session_key":"\#(Fixture.sessionKey)","openid":"\#(Fixture.openID)","unionid":""}"#,
        #"{"session_key":"\#(Fixture.sessionKey)","openid":"\#(Fixture.openID)","expires_in":7200,"x":[{"openid":1}]}"#,
    ])
    func `a success is read from text-plain with and without errcode`(body: String) async throws {
        let identity = try await exchange(.send(Fixture.reply(body)))
        #expect(identity.openID.rawValue == Fixture.openID)
        #expect(identity.sessionKey.rawValue == Fixture.sessionKey)
        #expect(identity.unionID == nil)
    }

    @Test func `the union ID is kept when WeChat gives one`() async throws {
        let body = #"{"openid":"o1","session_key":"k","unionid":"ocMvos6NjeKLIBqg5Mr9QjxrP1FA"}"#
        #expect(try await exchange(.send(Fixture.reply(body))).unionID?.rawValue == "ocMvos6NjeKLIBqg5Mr9QjxrP1FA")
    }

    @Test func `a chunked reply and one that ends with the connection are read`() async throws {
        let chunk = "\(String(Fixture.success.utf8.count, radix: 16))\r\n\(Fixture.success)\r\n0\r\n\r\n"
        _ = try await exchange(.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)"))
        _ = try await exchange(.sendAndClose("HTTP/1.1 200 OK\r\n\r\n\(Fixture.success)"))
    }

    @Test(arguments: [
        ("40029", WeChatError.Code.invalidCode), (#""40029""#, .invalidCode), ("40163", .codeUsed),
        ("40226", .userBlocked), ("45011", .quotaExceeded), ("45009", .quotaExceeded), ("40013", .misconfigured),
        ("40125", .misconfigured), ("40164", .misconfigured), ("40243", .misconfigured), ("41002", .misconfigured),
        ("41004", .misconfigured), ("40002", .misconfigured), ("40001", .misconfigured), ("-7", .refused),
        ("99999", .refused),
    ])
    func `an errcode is a refusal of its kind and is not retried`(errcode: String, code: WeChatError.Code) async throws
    {
        let (error, requestCount) = try await Fixture.failure(of: [Fixture.refusal(errcode)])
        #expect(error.code == code)
        #expect(error.errcode == Int(errcode.filter { $0 != "\"" }))
        #expect(!error.isAmbiguous)
        #expect(requestCount == 1)
    }

    @Test func `an errcode wins over an open ID in the same reply`() async throws {
        let body = #"{"openid":"\#(Fixture.openID)","session_key":"k","errcode":40163}"#
        #expect(try await Fixture.failure(of: [.send(Fixture.reply(body))]).error.code == .codeUsed)
    }

    @Test(arguments: [
        #"{"openid":"","session_key":"k"}"#, #"{"openid":12345,"session_key":"k"}"#, #"{"openid":null}"#,
        #"{"openid":["o1"],"session_key":"k"}"#, #"{"openid":"o 1","session_key":"k"}"#,
        #"{"openid":"用户","session_key":"k"}"#,
        #"{"openid":"\#(String(repeating: "o", count: 129))","session_key":"k"}"#,
        #"{"openid":"o1"}"#, #"{"openid":"o1","session_key":""}"#, #"{"openid":"o1","session_key":1}"#,
        #"{"openid":"o1","session_key":"k","unionid":7}"#, #"{"openid":"o1","session_key":"k","errcode":true}"#,
        #"{"openid":"o1","session_key":"k","errcode":""}"#, #"{"openid":"o1","session_key":"k","errcode":1.5}"#,
        #"{"openid":"o1","openid":"o2","session_key":"k"}"#, #"{"openid":"o1","open\u0069d":"o2","session_key":"k"}"#,
        #"{"openid":"o1","session_key":"k"}x"#, #"{"openid":"o1","session_key":"k""#, #"["openid","session_key"]"#,
        "", " ", "null", "{}", "42", #""openid""#, "<html><body>502 Bad Gateway</body></html>",
        "{\"openid\":\"\u{0}\",\"session_key\":\"k\"}", String(repeating: "[", count: 60_000),
    ])
    func `a body that is not a verdict is malformed`(body: String) async throws {
        let (error, requestCount) = try await Fixture.failure(of: [.send(Fixture.reply(body))])
        #expect(error.code == .malformedReply)
        #expect(error.isAmbiguous)
        #expect(requestCount == 1)
    }

    @Test(arguments: ["500 Internal Server Error", "502 Bad Gateway", "404 Not Found", "304 Not Modified"])
    func `a status that is not 2xx is malformed whatever the body says`(status: String) async throws {
        let action = ScriptedAction.send(Fixture.reply(Fixture.success, status: status))
        #expect(try await Fixture.failure(of: [action]).error.code == .malformedReply)
    }

    @Test func `a redirect is not followed`() async throws {
        let moved = Fixture.reply("", status: "302 Found", more: "Location: /elsewhere\r\n")
        let (error, requestCount) = try await Fixture.failure(of: [.send(moved), .send(Fixture.reply(Fixture.success))])
        #expect(error.code == .malformedReply)
        #expect(requestCount == 1)
    }

    @Test func `a compressed body is not inflated`() async throws {
        // gzip of {"openid":"o1","session_key":"k"}
        let body: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 47, 72, 205, 203, 76, 81, 178, 82, 202, 55, 84, 210, 81, 42,
            78, 45, 46, 206, 204, 207, 139, 207, 78, 173, 4, 10, 101, 43, 213, 2, 0, 56, 186, 165, 6, 33, 0, 0, 0,
        ]
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n"
        let (error, _) = try await Fixture.failure(of: [.sendBytes(Array(head.utf8) + body)])
        #expect(error.code == .malformedReply)
    }

    @Test func `every parameter reaches the server percent-encoded`() async throws {
        try await ScriptedServer.run([.send(Fixture.reply(Fixture.success))]) { server in
            let secret = "s&e=c%r+e/t?#é~-._"
            _ = try await Fixture.withClient(port: server.port, appID: "a+b&c=d", appSecret: secret) { client in
                try await client.exchange(code: try Fixture.loginCode("a_b-C9"))
            }
            let target =
                "/sns/jscode2session?appid=a%2Bb%26c%3Dd&secret=s%26e%3Dc%25r%2Be%2Ft%3F%23%C3%A9~-._"
                + "&js_code=a_b-C9&grant_type=authorization_code"
            #expect(server.requests.first?.hasPrefix("GET \(target) HTTP/1.1\r\n") == true)
        }
    }

    private func exchange(_ action: ScriptedAction) async throws -> WeChatIdentity {
        try await ScriptedServer.run([action]) { server in
            try await Fixture.withClient(port: server.port) { client in
                try await client.exchange(code: try Fixture.loginCode())
            }
        }
    }
}

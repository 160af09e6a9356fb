import AsyncHTTPClient
import Foundation
import InMemoryLogging
import Logging
import NIOPosix
import Testing

@testable import WeChatAPI

@Suite(.timeLimit(.minutes(1)))
struct RedactionTests {
    private static let hidden = [
        Fixture.appSecret, Fixture.code, Fixture.openID, Fixture.sessionKey, "jscode2session", "js_code",
        Fixture.phoneCode, "13580006666", "access_token", TokenShelf.texts[0], TokenShelf.texts[1],
    ]

    @Test(
        arguments: [
            [], [.close, .close], [.reset, .reset], [.sendAndClose("\(Fixture.openID) \(Fixture.sessionKey)\r\n\r\n")],
            [Fixture.refusal("40125")], [Fixture.refusal("-1"), Fixture.refusal("40163")],
            [.send(Fixture.reply(#"{"openid":"\#(Fixture.openID)","session_key":{"\#(Fixture.sessionKey)":1}}"#))],
            [.send(Fixture.reply(#"{"openid":"\#(Fixture.openID)","session_key":"\#(Fixture.sessionKey)","#))],
            [.send(Fixture.reply(#"{"openid":"\#(Fixture.openID)","openid":"\#(Fixture.sessionKey)"}"#))],
            [.send(Fixture.reply(Fixture.success, status: "500 \(Fixture.sessionKey)"))],
            [.send(Fixture.reply("", status: "302 Found", more: "Location: /?secret=\(Fixture.appSecret)\r\n"))],
            [.sendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n\(Fixture.success)")],
            [.stream("HTTP/1.1 200 OK\r\n\r\n\(Fixture.success)", bodyBytes: 1_000_000)],
        ] as [[ScriptedAction]])
    func `no error or log shows a credential or what WeChat sent`(script: [ScriptedAction]) async throws {
        let log = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .trace
        let error = try await ScriptedServer.run(script) { server in
            try await Fixture.withClient(port: server.port, timeout: .milliseconds(500), logger: logger) { client in
                try await Fixture.failure(of: client)
            }
        }
        expectNothingHidden(in: error)
        expectNothingHidden(in: error.localizedDescription)
        if let underlying = error.underlying {
            expectNothingHidden(in: underlying)
            expectNothingHidden(in: underlying.localizedDescription)
        }
        #expect(!log.entries.isEmpty)
        for entry in log.entries { expectNothingHidden(in: "\(entry.message) \(entry.metadata)") }
    }

    @Test(arguments: [nil, "https://wechat.invalid"])
    func `a refused connection and an unknown host show no credential`(baseURL: String?) async throws {
        let port = try await ScriptedServer.run([]) { $0.port }
        let error = try await Fixture.withClient(
            port: port, baseURL: baseURL, connectTimeout: .milliseconds(200)
        ) { client in
            try await Fixture.failure(of: client)
        }
        #expect([.unreachable, .timeout].contains(error.code))
        #expect(!error.isAmbiguous)
        expectNothingHidden(in: error)
        expectNothingHidden(in: error.localizedDescription)
    }

    @Test func `values print without what they hide`() async throws {
        let identity = WeChatIdentity(
            openID: try #require(OpenID(Fixture.openID)), sessionKey: try #require(SessionKey(Fixture.sessionKey)),
            unionID: UnionID(Fixture.openID))
        expectNothingHidden(in: identity)
        expectNothingHidden(in: try Fixture.loginCode())
        expectNothingHidden(in: Secret(Fixture.appSecret))
        #expect("\(identity.openID)" == "oGZU…")
        #expect("\(identity.sessionKey) \(try Fixture.loginCode()) \(Secret(1))" == "*** *** ***")
        expectNothingHidden(in: try #require(AccessToken(TokenShelf.texts[0])))
        expectNothingHidden(in: try #require(PhoneCode(Fixture.phoneCode)))
        try await Fixture.withClient(port: 1) { client in expectNothingHidden(in: client) }
        expectNothingHidden(in: try WeChatConfiguration(appID: Fixture.appID, appSecret: Secret(Fixture.appSecret)))
    }

    @Test(
        arguments: [
            [Fixture.refusal("40029")], [.reset], [.close, .close],
            [Fixture.refusal("40001"), Fixture.refusal("40001")],
            [.send(Fixture.reply(#"{"phone_info":{"phoneNumber":["13580006666"],"countryCode":86}}"#))],
            [
                .send(
                    Fixture.reply(#"{"phone_info":{"phoneNumber":"13580006666","purePhoneNumber":{"13580006666":1}}}"#))
            ],
        ] as [[ScriptedAction]])
    func `no error or log of a call shows its token, its code or a phone`(script: [ScriptedAction]) async throws {
        let log = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .trace
        let code = try #require(PhoneCode(Fixture.phoneCode))
        let openID = try #require(OpenID(Fixture.openID))
        let error = try await ScriptedServer.run(script) { server in
            try await Fixture.withClient(port: server.port, logger: logger) { client in
                let authorized = AuthorizedWeChatClient(client: client, tokens: TokenShelf())
                return try #require(
                    await #expect(throws: WeChatError.self) {
                        _ = try await authorized.phoneInfo(code: code, openID: openID)
                    })
            }
        }
        expectNothingHidden(in: error)
        #expect(!log.entries.isEmpty)
        for entry in log.entries { expectNothingHidden(in: "\(entry.message) \(entry.metadata)") }
    }

    @Test func `requests are not traced, because AsyncHTTPClient would record the URL`() throws {
        let wechat = try WeChatConfiguration(appID: Fixture.appID, appSecret: Secret(Fixture.appSecret))
        #expect(HTTPClient.Configuration.calling(wechat).tracing.tracer == nil)
    }

    private func expectNothingHidden(in value: some Any, sourceLocation: SourceLocation = #_sourceLocation) {
        var texts = [String(describing: value), String(reflecting: value), "\(value)", ""]
        dump(value, to: &texts[3])
        for text in texts {
            for secret in Self.hidden {
                #expect(!text.contains(secret), sourceLocation: sourceLocation)
            }
        }
    }
}

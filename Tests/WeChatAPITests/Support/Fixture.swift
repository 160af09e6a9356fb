import Logging
import NIOPosix
import Testing
import WeChatAPI

/// Values that must not show up in any text, and what the tests share.
enum Fixture {
    static let appID = "wx4f4bc4dec97d474b"
    static let appSecret = "0123456789abcdefSECRET"
    static let code = "081Kq4Ga1CODEvJ0Ga1x"
    static let openID = "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
    static let sessionKey = "tiihtNczf5v6AKRyjwEUhQ=="
    static let success = #"{"session_key":"\#(sessionKey)","openid":"\#(openID)"}"#

    /// A whole reply as WeChat writes it, labelled `text/plain`.
    static func reply(_ body: String, status: String = "200 OK", more: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n\(more)\r\n\(body)"
    }

    static func refusal(_ errcode: String) -> ScriptedAction {
        .send(reply(#"{"errcode":\#(errcode),"errmsg":"refused, rid: 65ec5fd8-1ac086e3"}"#))
    }

    static func loginCode(_ text: String = code) throws -> LoginCode {
        try #require(LoginCode(text))
    }

    /// Runs `body` with a client of the server at `port`, and shuts the client down.
    static func withClient<Result>(
        port: Int,
        baseURL: String? = nil,
        appID: String = appID,
        appSecret: String = appSecret,
        connectTimeout: Duration = .seconds(1),
        timeout: Duration = .seconds(10),
        logger: Logger = Logger(label: "test"),
        body: (WeChatClient) async throws -> Result
    ) async throws -> Result {
        let configuration = try WeChatConfiguration(
            baseURL: baseURL ?? "http://127.0.0.1:\(port)", allowInsecure: true, appID: appID,
            appSecret: Secret(appSecret), connectTimeout: connectTimeout, timeout: timeout)
        let client = WeChatClient(
            configuration: configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// The error of one exchange with a server that follows `actions`.
    static func failure(
        of actions: [ScriptedAction], timeout: Duration = .seconds(10)
    ) async throws -> (error: WeChatError, requestCount: Int) {
        try await ScriptedServer.run(actions) { server in
            let error = try await withClient(port: server.port, timeout: timeout) { client in
                try await failure(of: client)
            }
            return (error, server.requests.count)
        }
    }

    /// The error of one exchange.
    static func failure(of client: WeChatClient) async throws -> WeChatError {
        let code = try loginCode()
        return try #require(await #expect(throws: WeChatError.self) { _ = try await client.exchange(code: code) })
    }
}

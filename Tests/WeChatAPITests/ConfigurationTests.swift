import Testing
import WeChatAPI

struct ConfigurationTests {
    @Test func `the defaults are WeChat's own address and short waits`() throws {
        let configuration = try WeChatConfiguration(appID: "a", appSecret: Secret("s"))
        #expect(configuration.baseURL == "https://api.weixin.qq.com")
        #expect(configuration.connectTimeout == .seconds(1))
        #expect(configuration.timeout == .seconds(5))
        #expect(configuration.maximumReplyBytes == 65_536)
    }

    @Test(arguments: [
        "http://127.0.0.1:3001", "http://127.9.9.9", "http://localhost:3001/", "http://[::1]:3001/wechat//",
        "https://wechat.example.com/proxy",
    ])
    func `a sandbox on loopback and any https host are accepted`(url: String) throws {
        let configuration = try WeChatConfiguration(
            baseURL: url, allowInsecure: true, appID: "a", appSecret: Secret("s"))
        #expect(!configuration.baseURL.hasSuffix("/"))
    }

    @Test(arguments: [
        ("http://api.weixin.qq.com", true), ("http://127.0.0.1:3001", false), ("http://127.0.0.1.example.com", true),
        ("http://10.0.0.1", true), ("http://0.0.0.0", true), ("ftp://127.0.0.1", true), ("api.weixin.qq.com", true),
        ("", true), ("https://", true), ("https://user:hunter2@example.com", true), ("https://example.com?x=1", true),
        ("https://example.com/#x", true), ("https://exa mple.com", true), ("unix:///tmp/x", true),
    ])
    func `an unusable address is refused in one line that does not repeat it`(url: String, allowInsecure: Bool) throws {
        let error = try #require(
            #expect(throws: WeChatConfigurationError.self) {
                try WeChatConfiguration(
                    baseURL: url, allowInsecure: allowInsecure, appID: "a", appSecret: Secret("s"))
            })
        #expect(error.message.hasPrefix("baseURL"))
        #expect(!error.message.contains("\n"))
        #expect(!error.message.contains("hunter2"))
    }

    @Test(arguments: ["", " ", "secret\n", "sec ret", "sec\u{7}ret"])
    func `an empty credential or one with white space is refused`(text: String) {
        #expect(throws: WeChatConfigurationError.self) { try WeChatConfiguration(appID: text, appSecret: Secret("s")) }
        #expect(throws: WeChatConfigurationError.self) { try WeChatConfiguration(appID: "a", appSecret: Secret(text)) }
    }

    @Test func `limits outside their range are refused`() {
        func configuration(_ timeout: Duration, _ connect: Duration, _ bytes: Int, _ connections: Int) throws {
            _ = try WeChatConfiguration(
                appID: "a", appSecret: Secret("s"), connectTimeout: connect, timeout: timeout,
                maximumReplyBytes: bytes, maximumConnections: connections)
        }
        #expect(throws: Never.self) { try configuration(.seconds(60), .milliseconds(1), 1_024, 1) }
        #expect(throws: WeChatConfigurationError.self) { try configuration(.zero, .seconds(1), 1_024, 1) }
        #expect(throws: WeChatConfigurationError.self) { try configuration(.seconds(61), .seconds(1), 1_024, 1) }
        #expect(throws: WeChatConfigurationError.self) { try configuration(.seconds(1), .zero, 1_024, 1) }
        #expect(throws: WeChatConfigurationError.self) { try configuration(.seconds(1), .seconds(1), 1_023, 1) }
        #expect(throws: WeChatConfigurationError.self) { try configuration(.seconds(1), .seconds(1), 1_024, 0) }
    }

    @Test(arguments: ["a", "081Kq4Ga1_-", String(repeating: "c", count: 128)])
    func `a login code of letters, digits, underscore and hyphen is accepted`(text: String) {
        #expect(LoginCode(text)?.rawValue == text)
    }

    @Test(arguments: ["", " ", "a b", "a&secret=x", "码", "a\n", "é", String(repeating: "c", count: 129)])
    func `any other login code is refused`(text: String) {
        #expect(LoginCode(text) == nil)
    }
}

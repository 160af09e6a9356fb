import Testing
import WeChatAPI

@testable import LoginService

struct WeChatSettingsTests {
    private func read(_ settings: [String: String]) async throws(ConfigurationError) -> ServiceConfiguration {
        try await ServiceConfiguration(environment: settings.merging(["SECRET_KEY": Backends.secretKey]) { $1 })
    }

    @Test func `several mini programs are a list, and the first one is the default`() async throws {
        let configuration = try await read(["WECHAT_APPS": " wx1:one ,\n wx2:two\n"])
        #expect(configuration.weChat.appID == "wx1")
        #expect(configuration.weChatApps.map(\.appID) == ["wx1", "wx2"])
        #expect(configuration.weChatApps.map(\.appSecret.exposed) == ["one", "two"])
        #expect(try await read(["WECHAT_APPS": "wx1:one"]).otherWeChatApps.isEmpty)
    }

    @Test(arguments: ["", "wx2", "wx2:", ":s3cr3t", "wx2:s3cr3t,", "wx2:s3cr3t:x", "wx2:s3cr3t,wx2:s3cr3t-2"])
    func `a list that is none is one line without a secret`(list: String) async {
        let error = await #expect(throws: ConfigurationError.self) { try await read(["WECHAT_APPS": list]) }
        #expect(error?.description.contains("WECHAT_APPS") == true)
        #expect(error?.description.contains("s3cr3t") == false)
    }

    @Test func `a list and a single mini program exclude each other`() async {
        for name in ["WECHAT_APPID", "WECHAT_SECRET"] {
            let error = await #expect(throws: ConfigurationError.self) {
                try await read(["WECHAT_APPS": "wx1:one", name: "wx1"])
            }
            #expect(error?.description.contains("not both") == true)
        }
    }

    @Test func `pushed messages need a token, and may have a key`() async throws {
        let app = ["WECHAT_APPID": "wx1", "WECHAT_SECRET": "one"]
        #expect(try await read(app).push == nil)
        #expect(try await read(app.merging(["WECHAT_PUSH_TOKEN": "token"]) { $1 }).push != nil)
        let key = ["WECHAT_PUSH_AES_KEY": String(repeating: "A", count: 43)]
        #expect(try await read(app.merging(["WECHAT_PUSH_TOKEN": "token"].merging(key) { $1 }) { $1 }).push != nil)
        await #expect(throws: ConfigurationError.self) { try await read(app.merging(key) { $1 }) }
    }
}

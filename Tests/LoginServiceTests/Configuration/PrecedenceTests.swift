import Foundation
import Testing
import WeChatAPI

@testable import LoginService

struct PrecedenceTests {
    private static let needed = [
        "WECHAT_APPID": "wx1", "WECHAT_SECRET": "s3cr3t", "WECHAT_BASE_URL": "http://127.0.0.1:1",
        "WECHAT_ALLOW_INSECURE": "true",
    ]

    @Test func `a flag beats the environment, the environment beats the file, the file beats the default`() async throws
    {
        try await withFile(#"{"PORT": 1, "HOST": "::1", "SESSION_TTL": "1h", "WECHAT_ALLOW_INSECURE": true}"#) { file in
            let environment = Self.needed.merging(["PORT": "2", "HOST": "127.0.0.2"]) { $1 }
            let configuration = try await ServiceConfiguration(
                flags: [.port: "3"], environment: environment, file: file)
            #expect(configuration.port == 3)
            #expect(configuration.host == "127.0.0.2")
            #expect(configuration.sessionTimeToLive == .seconds(3_600))
            #expect(configuration.sessionPrefix == "session:")
        }
    }

    @Test func `NAME_FILE names a file that holds the value, its last line end left out`() async throws {
        try await withFile("from-a-file\n") { file in
            var environment = Self.needed
            environment["WECHAT_SECRET"] = nil
            environment["WECHAT_SECRET_FILE"] = file
            let configuration = try await ServiceConfiguration(environment: environment)
            #expect(configuration.weChat.appSecret.exposed == "from-a-file")
        }
    }

    @Test func `a setting and its file at once are refused`() async throws {
        try await withFile("from-a-file\n") { file in
            let environment = Self.needed.merging(["WECHAT_SECRET_FILE": file]) { $1 }
            let message = await message(environment)
            #expect(message?.hasPrefix("WECHAT_SECRET: ") == true)
            #expect(message?.contains("from-a-file") == false && message?.contains("s3cr3t") == false)
        }
    }

    @Test func `a setting of a higher layer beats the file that a lower one names, and the other way round`()
        async throws
    {
        try await withFile("from-a-file\n") { file in
            var environment = Self.needed
            environment["WECHAT_SECRET"] = nil
            environment["WECHAT_SECRET_FILE"] = file
            let flagged = try await ServiceConfiguration(flags: [.weChatSecret: "by-flag"], environment: environment)
            #expect(flagged.weChat.appSecret.exposed == "by-flag")
            try await withFile(#"{"WECHAT_SECRET": "from-json"}"#) { settings in
                let named = try await ServiceConfiguration(environment: environment, file: settings)
                #expect(named.weChat.appSecret.exposed == "from-a-file")
            }
        }
    }

    @Test func `a file that is not there is named`() async throws {
        var environment = Self.needed
        environment["WECHAT_SECRET"] = nil
        environment["WECHAT_SECRET_FILE"] = "/nowhere/secret"
        #expect(await message(environment)?.contains("WECHAT_SECRET_FILE: /nowhere/secret") == true)
    }

    @Test(arguments: [
        #"{"PORTT": 1}"#, #"{"PORT": [1]}"#, #"{"PORT": 1.5}"#, #"{"PORT": null}"#, #"{"PORT": {"a": 1}}"#, #"[1]"#, "",
        "{",
    ])
    func `a configuration file with anything but settings is refused, not passed over`(_ text: String) async throws {
        try await withFile(text) { file in
            let message = await message(Self.needed, file: file)
            #expect(message?.contains("PORT") == true || message?.contains(file) == true)
        }
    }

    @Test func `a message is one line, whatever the value holds`() async {
        let message = await message(Self.needed.merging(["PORT": "1\n2\r\n3"]) { $1 })
        #expect(message?.contains(where: \.isNewline) == false)
    }

    private func message(_ environment: [String: String], file: String? = nil) async -> String? {
        do throws(ConfigurationError) {
            _ = try await ServiceConfiguration(environment: environment, file: file)
            return nil
        } catch {
            return error.description
        }
    }

    private func withFile(_ text: String, _ body: (String) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/file"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            try await body(path)
        }
    }
}

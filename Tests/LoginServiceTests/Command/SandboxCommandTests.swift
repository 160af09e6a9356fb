import KoaKit
import KoaTesting
import ProcessFixture
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct SandboxCommandTests {
    private static let realAppID = "wx7c1d9e03b5a846f2"
    private static let realSecret = "d41a0c97be5f28360a7be19c54f3d068"

    @Test(arguments: [
        ["WECHAT_SECRET": realSecret], ["WECHAT_SECRET_FILE": "/run/secrets/wechat"],
        ["WECHAT_APPS": "\(realAppID):\(realSecret)"], ["WECHAT_APPS_FILE": "/run/secrets/apps"],
        ["WECHAT_SECRET": realSecret, "WECHAT_BASE_URL": "https://api.weixin.qq.com"],
        ["WECHAT_SECRET": realSecret, "WECHAT_BASE_URL": "https://127.0.0.1.example.com"],
        ["WECHAT_SECRET": realSecret, "WECHAT_BASE_URL": ""],
    ])
    func `a sandbox does not start where a node has real credentials`(_ environment: [String: String]) async throws {
        let run = try await runCommand(["sandbox", "--port", "0"], environment: environment)
        #expect(run.end == .exit(1))
        let name = environment.keys.filter { $0 != "WECHAT_BASE_URL" }[0]
        #expect(run.output.contains(name) && run.output.contains("unset it"), "\(run.output)")
        #expect(run.output.split(separator: "\n").count == 1 && !run.output.contains(Self.realSecret))
    }

    @Test(arguments: ["x", "wx1:", ":s", "wx1:s3cret:a:b", "wx1:s3cret:"])
    func `an app that is none is refused without repeating it`(_ text: String) async throws {
        let run = try await runCommand(["sandbox", "--port", "0", "--app", text])
        #expect(run.end == .exit(1))
        #expect(run.output.contains("--app") && !run.output.contains("s3cret"))
        #expect(run.output.split(separator: "\n").count == 1)
    }

    @Test func `two apps of one AppID are refused`() async throws {
        let run = try await runCommand(["sandbox", "--port", "0", "--appid", "wx1", "--app", "wx1:s"])
        #expect(run.end == .exit(1) && run.output.contains("two mini programs wx1"))
    }

    @Test func `a sandbox has the apps of the command line, beside the settings of a node that uses it`() async throws {
        let environment = ["WECHAT_SECRET": "s", "WECHAT_BASE_URL": "http://127.0.0.1:3999"]
        let arguments = [
            "sandbox", "--port", "0", "--appid", "wx1", "--secret", "s1", "--app", "wx2:s2:account",
            "--app", "wx3:s3:account",
        ]
        try await withCommand(arguments, environment: environment) { process in
            #expect(await process.output.contains("listening"))
            let digits = process.output.text.split(separator: "http://127.0.0.1:").last?.prefix { $0.isNumber } ?? ""
            let client = TestClient(port: try #require(Int(digits)))
            var unionIDs: [String?] = []
            for (appid, secret) in [("wx1", "s1"), ("wx2", "s2"), ("wx3", "s3")] {
                let minted = try await client.post(
                    "/sandbox/login-codes", body: .text(#"{"user":"alice","appid":"\#(appid)"}"#))
                let code = try #require(try minted.json()["code"]?.stringValue)
                let query = "appid=\(appid)&secret=\(secret)&js_code=\(code)&grant_type=authorization_code"
                let reply = try await client.get("/sns/jscode2session?\(query)").json()
                #expect(reply["openid"]?.stringValue != nil)
                unionIDs.append(reply["unionid"]?.stringValue)
            }
            #expect(unionIDs[0] == nil && unionIDs[1] != nil && unionIDs[1] == unionIDs[2])
            await client.close()
        }
    }

    @Test func `a node has no control plane`() async throws {
        try await withNode { _, node in
            for path in ["/sandbox", "/sandbox/calls", "/sns/jscode2session"] {
                let reply = try await node.client.get(path)
                #expect(reply.status == 404)
            }
        }
    }

    @Test func `help teaches the control plane`() async throws {
        let run = try await runCommand(["sandbox", "--help"])
        #expect(run.end == .exit(0))
        let routes = [
            "login-codes", "phone-codes", "open-data", "session-keys/rotate", "faults", "clock", "calls",
            "message-pushes",
        ]
        for route in routes { #expect(run.output.contains("/sandbox/\(route)"), "\(route)") }
        for word in ["reset_after_commit", "stable_token", "getuserphonenumber", "--app "] {
            #expect(run.output.contains(word), "\(word)")
        }
    }
}

import Logging
import WeChatSandbox

@testable import LoginService

/// A service of two mini programs, and the sandbox that knows both.
struct TwoApps: Sendable {
    static let first = SandboxApp(appid: "wx1111111111111111", secret: "first-secret-0123456789")
    static let second = SandboxApp(appid: "wx2222222222222222", secret: "second-secret-0123456789")

    let backends: Backends
    let sandbox: Sandbox

    /// A fresh login code.
    func code(for user: String = "alice", of app: SandboxApp) throws -> String {
        try sandbox.makeLoginCode(for: user, appid: app.appid)
    }
}

/// Serves with a node of two mini programs while `body` runs.
func withTwoApps<Value>(
    _ settings: [Setting: String] = [:], _ body: (TwoApps, TestNode) async throws -> Value
) async throws -> Value {
    let sandbox = Sandbox(
        apps: [TwoApps.first, TwoApps.second], logger: Logger(label: "sandbox") { _ in SwiftLogNoOpLogHandler() })
    defer { sandbox.forbidSecrets() }
    let running = try await sandbox.start()
    do {
        let value = try await withBackends { backends in
            var backends = backends
            let apps = [TwoApps.first, TwoApps.second].map { "\($0.appid):\($0.secret)" }
            backends.credentials = ["WECHAT_APPS": apps.joined(separator: ",\n")]
            let all = settings.merging([.weChatBaseURL: running.baseURL]) { $1 }
            return try await withNode(on: backends, all) { node in
                try await body(TwoApps(backends: backends, sandbox: sandbox), node)
            }
        }
        await running.shutdown()
        return value
    } catch {
        await running.shutdown()
        throw error
    }
}

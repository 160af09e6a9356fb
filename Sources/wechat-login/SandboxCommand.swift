import ArgumentParser
import Foundation
import Logging
import LoginService
import ServiceLifecycle
import UnixSignals
import WeChatSandbox

/// `wechat-login sandbox`: an api.weixin.qq.com to develop and test against.
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Stand in for api.weixin.qq.com, to develop and test against.",
        discussion: """
            Get a login code for a user, made on first sight:

              curl -s http://127.0.0.1:3999/sandbox/login-codes -H 'Content-Type: application/json' -d '{"user":"alice"}'

            More of its control plane: POST /sandbox/faults, POST /sandbox/clock, GET /sandbox/calls, DELETE /sandbox.
            """
    )

    @Option(help: "Address of the listener.") var host = "127.0.0.1"
    @Option(help: "Port of the listener, 0 for any free one.") var port = 3999
    @Option(name: .customLong("appid"), help: "AppID of its mini program.") var appID = "wx-sandbox"
    @Option(help: "AppSecret of its mini program; not a real one.") var secret = "sandbox-secret"

    func run() async throws {
        let logger = Logger(label: "wechat-sandbox") { StreamLogHandler.standardError(label: $0) }
        let service = SandboxService(
            host: host, port: port, app: SandboxApp(appid: appID, secret: secret), logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: [service],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch {
            throw StartFailure(cause: error)
        }
    }
}

/// Serves the sandbox until it is told to stop.
private struct SandboxService: Service {
    let host: String
    let port: Int
    let app: SandboxApp
    let logger: Logger

    func run() async throws {
        let sandbox = try await Sandbox(apps: [app], logger: logger).start(host: host, port: port)
        logger.notice("listening", metadata: ["url": "\(sandbox.baseURL)", "appid": "\(app.appid)"])
        try? await gracefulShutdown()
        await sandbox.shutdown()
    }
}

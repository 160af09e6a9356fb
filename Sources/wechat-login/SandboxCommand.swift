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

              curl -s http://127.0.0.1:3999/sandbox/login-codes -d '{"user":"alice"}'

            The control plane; every body is a JSON object, and "appid" may be added where there are several apps:

            \(manual)

            What may be given in place of "jscode2session" above:

              \(SandboxEndpoint.allCases.map(\.rawValue).joined(separator: ", "))

            Kinds of faults:

              \(Fault.Kind.allCases.map(\.rawValue).joined(separator: ", "))

            It does not start where the environment has WECHAT_SECRET or WECHAT_APPS for WeChat itself.
            """
    )

    /// Lines of no more than 80 columns: longer ones would be broken in the middle.
    private static let manual = """
          POST /sandbox/login-codes {"user":"alice"}
              a code as wx.login gives it: once, for 5 minutes; "risk":"high" blocks
          POST /sandbox/phone-codes {"user":"alice","phone":"13580006666"}
              a code as the phone number's button gives it; "countryCode":"852"
          POST /sandbox/open-data {"user":"alice","data":{"nickName":"Al"}}
              rawData, signature, encryptedData and iv as of wx.getUserInfo
          POST /sandbox/session-keys/rotate {"user":"alice"}
              the old session_key is dead
          POST /sandbox/session-keys/expire {"user":"alice"}
              the session_key has run out
          POST /sandbox/access-tokens/expire {}
              the app's tokens are answered 42001
          POST /sandbox/access-tokens/revoke {}
              the app's tokens are answered 40001
          POST /sandbox/apps {"frozen":true,"allowedAddresses":["10.0.0.1"]}
              no access token but 40243; none from elsewhere but 40164
          POST /sandbox/quotas {"endpoint":"token","perMinute":5,"perDay":9}
              more calls are answered 45011, 45009
          POST /sandbox/component-tokens {"component":"wx-platform"}
              a token for /sns/component/jscode2session; "authorized":false
          POST /sandbox/subscriptions {"user":"alice","template":"t1","count":1}
              so many messages the user takes
          POST /sandbox/message-pushes
            {"user":"alice","event":"user_authorization_revoke","token":"abc"}
              a signed push, to be posted; "revokeInfo":"8", "format":"xml"
          POST /sandbox/faults
            {"endpoint":"jscode2session","kind":"delay","count":3,"milliseconds":200}
              the next calls misbehave; the kind errcode takes "errcode":45009
          POST /sandbox/clock {"advanceSeconds":301}
              codes, keys and tokens age; watermarks keep real time
          GET /sandbox/calls
              what it was asked, the last 10,000 calls, secrets masked
          DELETE /sandbox
              everything is forgotten, and the clock shows real time
        """

    @Option(help: "Address of the listener.") var host = "127.0.0.1"
    @Option(help: "Port of the listener, 0 for any free one.") var port = 3999
    @Option(name: .customLong("appid"), help: "AppID of its mini program. (default: wx-sandbox, unless --app is given)")
    var appID: String?
    @Option(help: "AppSecret of its mini program; not a real one. (default: sandbox-secret)") var secret: String?
    @Option(
        name: .customLong("app"),
        help: """
            One more mini program, as appid:secret, or as appid:secret:account when it is bound to an Open Platform \
            account, by any name; may be repeated.
            """
    )
    var moreApps: [String] = []

    func run() async throws {
        let logger = Logger(label: "wechat-sandbox") { StreamLogHandler.standardError(label: $0) }
        let service: SandboxService
        do {
            try RealCredentials.refuse(in: ProcessInfo.processInfo.environment)
            let apps = try SandboxApps(appID: appID, secret: secret, more: moreApps).apps
            service = SandboxService(host: host, port: port, apps: apps, logger: logger)
        } catch {
            throw StartFailure(cause: error)
        }
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
    let apps: [SandboxApp]
    let logger: Logger

    func run() async throws {
        let sandbox = try await Sandbox(apps: apps, logger: logger).start(host: host, port: port)
        let appids = apps.map(\.appid).joined(separator: ", ")
        logger.notice("listening", metadata: ["url": "\(sandbox.baseURL)", "appid": "\(appids)"])
        try? await gracefulShutdown()
        await sandbox.shutdown()
    }
}

import WeChatSandbox

/// The mini programs that the command line gives to a sandbox.
struct SandboxApps {
    let apps: [SandboxApp]

    /// - Parameters:
    ///   - appID: Of `--appid`.
    ///   - secret: Of `--secret`.
    ///   - more: Of each `--app`: `appid:secret` or `appid:secret:account`.
    /// - Throws: ``SandboxAppsError``.
    init(appID: String?, secret: String?, more: [String]) throws(SandboxAppsError) {
        var apps: [SandboxApp] = []
        if appID != nil || secret != nil || more.isEmpty {
            apps.append(SandboxApp(appid: appID ?? "wx-sandbox", secret: secret ?? "sandbox-secret"))
        }
        for text in more {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            // What was given is not repeated: it holds a secret.
            guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { throw .malformed }
            apps.append(SandboxApp(appid: parts[0], secret: parts[1], openPlatformAccount: parts.dropFirst(2).first))
        }
        var seen: Set<String> = []
        for app in apps {
            guard !app.appid.isEmpty, !app.secret.isEmpty else { throw .empty }
            guard seen.insert(app.appid).inserted else { throw .repeated(appid: app.appid) }
        }
        self.apps = apps
    }
}

/// Why no sandbox can be made of the command line: one line, without a secret.
enum SandboxAppsError: Error, CustomStringConvertible {
    case malformed
    case empty
    case repeated(appid: String)

    var description: String {
        switch self {
        case .malformed: "--app: must be appid:secret or appid:secret:account, none of them empty"
        case .empty: "--appid and --secret: must not be empty"
        case .repeated(let appid): "--app: there are two mini programs \(appid)"
        }
    }
}

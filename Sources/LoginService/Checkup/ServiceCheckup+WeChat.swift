import FoundationEssentials
import WeChatAPI

extension ServiceCheckup {
    /// Asks WeChat about a code that nobody has: only who has the right AppID and AppSecret is told so.
    func weChatFindings(_ weChat: WeChatClient, _ app: WeChatConfiguration) async -> [CheckupFinding] {
        guard let code = LoginCode("wechat-login-doctor") else { return [] }
        do {
            _ = try await weChat.exchange(code: code)
            return [CheckupFinding("wechat", .warning, "accepts a code that it never gave: is it WeChat?")]
        } catch {
            switch error.code {
            case .invalidCode, .codeUsed:
                return [CheckupFinding("wechat", .ok, "knows \(app.appID) and its secret")] + (await clock(weChat))
            case .misconfigured, .unauthorized, .refused:
                return [
                    CheckupFinding(
                        "wechat", .failed, "refuses \(app.appID): \(error)", advice: Self.advice(error.errcode))
                ]
            case .busy, .quotaExceeded:
                return [CheckupFinding("wechat", .warning, "answers, but not now: \(error)", advice: "try again later")]
            default:
                return [
                    CheckupFinding(
                        "wechat", .failed, "\(app.baseURL): \(error)",
                        advice: "let this machine reach it: DNS, firewall, proxy")
                ]
            }
        }
    }

    private static func advice(_ errcode: Int?) -> String {
        switch errcode {
        case 40_013, 41_002: "correct WECHAT_APPID, or WECHAT_APPS"
        case 40_125, 41_004: "correct WECHAT_SECRET, or WECHAT_APPS, or reset it at mp.weixin.qq.com"
        case 40_164: "add this machine's address to the allow-list at mp.weixin.qq.com"
        case 40_243: "the AppSecret is frozen: unfreeze it at mp.weixin.qq.com"
        default: "look the number up in WeChat's return codes"
        }
    }

    private func clock(_ weChat: WeChatClient) async -> [CheckupFinding] {
        let before = Date()
        guard let shown = try? await weChat.serverDate() else { return [] }
        let elapsed = -before.timeIntervalSinceNow
        return [Self.clockFinding("WeChat", ahead: shown.timeIntervalSince(before), within: 1 + elapsed)]
    }
}

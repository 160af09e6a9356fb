import FoundationEssentials
import WeChatAPI

/// Asks WeChat.
struct WeChatCodeExchange: CodeExchange {
    let client: WeChatClient
    let breaker: WeChatBreaker

    func identity(for code: LoginCode, use: CodeUse) async throws(Failure) -> LoginIdentity {
        do {
            let identity = try await breaker.run { () async throws(WeChatError) in
                try await client.exchange(code: code)
            }
            return LoginIdentity(
                openID: identity.openID, unionID: identity.unionID, loginID: RandomName.make(),
                exchangedAt: Int64(Date().timeIntervalSince1970), sessionKey: identity.sessionKey)
        } catch {
            throw Failure(error)
        }
    }
}

extension Failure {
    /// What a client is told of WeChat's refusal, or of its absence.
    init(_ error: WeChatError) {
        switch error.code {
        case .busy: self = .weChatUnavailable("wechat_busy", status: 502, error)
        case .timeout: self = .weChatUnavailable("wechat_timeout", status: 504, error)
        case .unreachable: self = .weChatUnavailable("wechat_unreachable", status: 502, error)
        case .malformedReply: self = .weChatUnavailable("wechat_malformed_reply", status: 502, error)
        case .cancelled, .shutdown: self = .weChatUnavailable("wechat_unavailable", status: 502, error)
        case .quotaExceeded: self = .weChatQuota(error)
        default: self = .refusal(error)
        }
    }

    /// Whether WeChat refused the mini program, and with it any code.
    var isOfOperator: Bool { (underlying as? WeChatError)?.code == .misconfigured }

    static func weChatUnavailable(_ reason: String, status: Int, _ error: WeChatError) -> Failure {
        Failure(
            code: .weChatUnavailable,
            reason: reason,
            message: "WeChat cannot be asked now",
            status: status,
            errcode: error.errcode,
            underlying: error
        )
    }

    private static func weChatQuota(_ error: WeChatError) -> Failure {
        Failure(
            code: .weChatQuota,
            reason: "wechat_quota",
            message: "too many calls of WeChat",
            status: 429,
            errcode: error.errcode,
            retryAfter: 60,
            underlying: error
        )
    }

    /// WeChat refused; every errcode but 0, -1 and the quotas is a refusal.
    private static func refusal(_ error: WeChatError) -> Failure {
        let (reason, message, status) =
            switch error.code {
            case .invalidCode: ("invalid_code", "invalid code", 401)
            case .codeUsed: ("code_used", "the code was used before: call wx.login again", 401)
            case .userBlocked: ("user_blocked", "WeChat blocks this user", 403)
            default: ("login_failed", "WeChat refused the login", 401)
            }
        return Failure(
            code: .loginFailed,
            reason: reason,
            message: message,
            status: status,
            errcode: error.errcode,
            underlying: error
        )
    }
}

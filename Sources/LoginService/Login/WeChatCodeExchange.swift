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
            // Twice, since the tokens of the login are made of it: as many bits as they have room for.
            return LoginIdentity(
                openID: identity.openID, unionID: identity.unionID, loginID: RandomName.make() + RandomName.make(),
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
        case .busy: self = .weChatUnavailable(error, "WeChat is busy")
        case .timeout: self = .weChatUnavailable(error, "WeChat did not answer in time", status: 504)
        case .unreachable: self = .weChatUnavailable(error, "WeChat cannot be reached")
        case .malformedReply: self = .weChatUnavailable(error, "WeChat answered what makes no sense")
        case .cancelled, .shutdown: self = .weChatUnavailable(error)
        case .quotaExceeded: self = .weChatQuota(error)
        default: self = .refusal(error)
        }
    }

    /// Whether WeChat refused the mini program, and with it any code.
    var isOfOperator: Bool { (underlying as? WeChatError)?.code == .misconfigured }

    static func weChatUnavailable(
        _ error: WeChatError,
        _ message: String = "WeChat cannot be asked now",
        status: Int = 502
    ) -> Failure {
        Failure(
            code: .weChatUnavailable,
            reason: "wechat_unavailable",
            message: message,
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

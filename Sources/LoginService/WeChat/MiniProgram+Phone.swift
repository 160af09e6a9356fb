import WeChatAPI

extension MiniProgram {
    /// Exchanges a phone code that must be from a user.
    func phoneInfo(code: PhoneCode, openID: OpenID) async throws(Failure) -> PhoneInfo {
        do {
            return try await weChat.phoneInfo(code: code, openID: openID)
        } catch {
            throw Failure(phone: error)
        }
    }
}

extension Failure {
    /// What a logged-in client is told when WeChat gave no phone for its code.
    ///
    /// Only what is wrong with the code itself is the client's: it must never take a fault of ours for a session that
    /// is not good.
    init(phone error: WeChatError) {
        switch error.code {
        case .invalidCode, .codeUsed, .quotaExceeded, .busy, .timeout, .unreachable, .malformedReply:
            self.init(error)
        case .noAccessToken:
            self = error.underlying as? Failure ?? .weChatUnavailable(error)
        default:
            self = .weChatUnavailable(error)
        }
    }
}

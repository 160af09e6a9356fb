import FoundationEssentials
import WeChatAPI

/// code → identity → user → session → token, in this order: a failure at any step issues nothing.
struct LoginFlow: Sendable {
    let appID: String
    let exchange: any CodeExchange
    let users: any UserStore
    let sessions: any SessionStore
    let tokenStyle: TokenStyle
    /// `SESSION_TTL`.
    let timeToLive: Duration
    let keys: SecretKeys

    /// What a client gets for its code.
    struct Login {
        let token: SessionToken
        let userID: Int64
        let timeToLive: Duration
    }

    /// Logs in whoever the code belongs to; the same code within 30 s gets the same token.
    func logIn(code: LoginCode, device: DeviceLabel? = nil) async throws(Failure) -> Login {
        let began = ContinuousClock.now
        let identity = try await exchange.identity(for: code)
        let account = try await users.findOrCreate(appID: appID, openID: identity.openID, unionID: identity.unionID)
        if let end = account.bannedUntil, end > .now { throw .banned(until: end) }
        let token = token(for: identity, userID: account.id)
        try await sessions.open(
            NewSession(
                token: token,
                owner: SessionOwner(openID: identity.openID, userID: account.id),
                device: device,
                began: began,
                mayBeRepetition: identity.mayBeRepetition))
        return Login(token: token, userID: account.id, timeToLive: timeToLive)
    }

    private func token(for identity: LoginIdentity, userID: Int64) -> SessionToken {
        switch tokenStyle {
        case .md5: .md5(of: identity.openID)
        // Derived, so that a repetition of the code on another node gets this token and not a second session.
        case .opaque:
            .opaque(
                OpaqueToken(
                    entropy: keys.code(of: identity.loginID, purpose: "opaque-token"),
                    userID: userID,
                    key: keys.writing))
        }
    }
}

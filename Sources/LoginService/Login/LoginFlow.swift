import FoundationEssentials
import WeChatAPI

/// code → identity → user → session → token, in this order: a failure at any step issues nothing.
struct LoginFlow: Sendable {
    let programs: MiniPrograms
    let users: any UserStore
    let sessions: any SessionStore
    let tokens: TokenIssuer
    /// `SESSION_TTL`.
    let timeToLive: Duration

    /// What a client gets for its code.
    struct Login {
        let token: SessionToken
        let userID: Int64
        let timeToLive: Duration
    }

    /// Logs in whoever the code belongs to; the same code within 30 s gets the same token.
    ///
    /// - Parameters:
    ///   - code: From `wx.login`.
    ///   - program: The mini program that the code is from.
    ///   - style: How the token looks.
    ///   - device: What the client calls its device. Default: nothing.
    /// - Returns: The token, and whose it is.
    /// - Throws: ``Failure``; then nothing was issued.
    func logIn(
        code: LoginCode, of program: MiniProgram, style: TokenStyle, device: DeviceLabel? = nil
    ) async throws(Failure) -> Login {
        let began = ContinuousClock.now
        let identity = try await program.exchange.identity(for: code, use: .token(style))
        let account = try await users.findOrCreate(
            appID: program.appID, openID: identity.openID, unionID: identity.unionID)
        if let end = account.bannedUntil, end > .now { throw .banned(until: end) }
        let token = try await tokens.token(style, for: identity, userID: account.id, appID: program.appID)
        try await sessions.open(
            NewSession(
                token: token,
                owner: SessionOwner(openID: identity.openID, userID: account.id, appID: program.sessionAppID),
                device: device,
                began: began,
                mayBeRepetition: identity.mayBeRepetition))
        return Login(token: token, userID: account.id, timeToLive: timeToLive)
    }
}

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
    let events: LoginEvents
    let rates: LoginRates

    /// What a client gets for its code.
    struct Login {
        let token: SessionToken
        let userID: Int64
        let timeToLive: Duration
    }

    /// Logs in whoever the code belongs to; the same code within 30 s gets the same token.
    ///
    /// The session of another token that the client came with ends once the new one is open.
    ///
    /// - Parameters:
    ///   - code: From `wx.login`.
    ///   - program: The mini program that the code is from.
    ///   - style: How the token looks.
    ///   - device: What the client calls its device. Default: nothing.
    ///   - client: Where the login comes from.
    /// - Returns: The token, and whose it is.
    /// - Throws: ``Failure``; then nothing was issued.
    func logIn(
        code: LoginCode, of program: MiniProgram, style: TokenStyle, device: DeviceLabel? = nil,
        for client: LoginClient
    ) async throws(Failure) -> Login {
        do throws(Failure) {
            return try await openSession(code: code, of: program, style: style, device: device, for: client)
        } catch {
            if error.code.isRefusal {
                let event = LoginEvent(.loginRefused, appID: program.appID, reason: error.auditReason)
                events.record(event, from: client.origin)
            }
            throw error
        }
    }

    private func openSession(
        code: LoginCode, of program: MiniProgram, style: TokenStyle, device: DeviceLabel?, for client: LoginClient
    ) async throws(Failure) -> Login {
        try await rates.admit(client, appID: program.appID)
        let began = ContinuousClock.now
        let identity = try await program.exchange.identity(for: code, use: .token(style))
        let account = try await users.findOrCreate(
            appID: program.appID, openID: identity.openID, unionID: identity.unionID)
        let owner = SessionOwner(openID: identity.openID, userID: account.id, appID: program.sessionAppID)
        try await rates.admit(owner)
        if let end = account.bannedUntil, end > .now { throw .banned(until: end) }
        let token = try await tokens.token(style, for: identity, userID: account.id, appID: program.appID)
        let opened = try await sessions.open(
            NewSession(
                token: token,
                owner: owner,
                device: device,
                began: began,
                presented: client.presented,
                mayBeRepetition: identity.mayBeRepetition))
        record(opened, of: account.id, in: program, for: client)
        return Login(token: token, userID: account.id, timeToLive: timeToLive)
    }

    private func record(
        _ opened: OpenedSession, of userID: Int64, in program: MiniProgram, for client: LoginClient
    ) {
        let login = LoginEvent(.login, userID: userID, sessionID: opened.id, appID: program.appID)
        events.record(login, from: client.origin)
        if let id = opened.presented {
            events.record(LoginEvent(.replaced, sessionID: id, reason: "presented"), from: client.origin)
        }
        for id in opened.replaced {
            events.record(LoginEvent(.replaced, userID: userID, sessionID: id, reason: "device"), from: client.origin)
        }
        for id in opened.evicted {
            events.record(LoginEvent(.limited, userID: userID, sessionID: id), from: client.origin)
        }
    }
}

extension Failure {
    /// The reason, and for a login too many who it was too many for.
    fileprivate var auditReason: String {
        (underlying as? LoginRates.Excess).map { "\(reason)_\($0.scope.rawValue)" } ?? reason
    }
}

import Logging
import WeChatAPI

/// Does what the law and WeChat ask for when a user takes data back or ends the account.
///
/// Every step may be repeated: WeChat pushes a message again until it is answered.
struct DataWithdrawal: Sendable {
    let users: any UserStore
    let sessions: any SessionStore
    let sessionKeys: SessionKeyStore
    let events: LoginEvents

    /// Erases what a user took back; the user stays logged in.
    ///
    /// - Returns: The user's id; nil when nobody here has this identity.
    func withdraw(_ data: PersonalData, of openID: OpenID, in program: MiniProgram) async throws(Failure) -> Int64? {
        guard let id = try await users.userID(appID: program.appID, openID: openID) else { return nil }
        try await users.erase(data, of: id)
        return id
    }

    /// Erases everything that says who a user is, and ends all sessions.
    ///
    /// The row stays without it, since its number must never become another person's; the same person who comes again is
    /// a new user. While a ban lasts the openid stays too, or ending the account would end the ban.
    ///
    /// Sessions end before and after: without an identity nobody could find them when the message comes again, and a
    /// login that was under way may have found the user.
    ///
    /// - Returns: The user's id; nil when nobody here has this identity.
    func forget(_ openID: OpenID, in program: MiniProgram, from origin: EventOrigin) async throws(Failure) -> Int64? {
        try await sessionKeys.forget(appID: program.appID, openID: openID)
        guard let id = try await users.userID(appID: program.appID, openID: openID) else { return nil }
        let owner = SessionOwner(openID: openID, userID: id, appID: program.sessionAppID)
        var count = try await sessions.endAll(of: owner, except: nil)
        try await users.forget(id)
        count += try await sessions.endAll(of: owner, except: nil)
        let event = LoginEvent(
            .kicked, userID: id, sessionCount: count, appID: program.appID, reason: "account_ended")
        events.record(event, from: origin)
        return id
    }
}

extension PersonalData {
    /// What of a user's revocation is kept here.
    init(_ revoked: Set<PushMessage.RevokedData>) {
        self = []
        for data in revoked {
            switch data {
            case .profile: formUnion([.nickname, .avatar])
            case .typedNickname: insert(.nickname)
            case .chosenAvatar: insert(.avatar)
            case .phone: insert(.phone)
            }
        }
    }
}

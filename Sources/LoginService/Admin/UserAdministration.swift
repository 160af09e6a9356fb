import FoundationEssentials

/// What an operator does with users and their sessions: one way for the routes of `/admin` and for the commands.
///
/// Every change is one line of the audit log, and holds on every node at once.
struct UserAdministration: Sendable {
    let users: any UserStore
    let sessions: any SessionStore
    let events: LoginEvents
    /// The mini programs whose users are looked for by openid and phone.
    let appIDs: [String]

    /// How many users one search gives at most.
    static let maximumFound = 100

    /// The users that a criterion fits, at most ``maximumFound``.
    ///
    /// - Throws: ``Failure`` 10012.
    func users(_ criterion: UserCriterion) async throws(Failure) -> [User] {
        try await users.users(criterion, in: appIDs, limit: Self.maximumFound)
    }

    /// A user.
    ///
    /// - Throws: ``Failure`` 10006 when there is none of this number; 10012.
    func user(_ id: Int64) async throws(Failure) -> User {
        guard let user = try await users.user(id) else { throw .noSuchUser }
        return user
    }

    /// The live sessions of a user, the newest first.
    ///
    /// - Throws: ``Failure`` 10006 when there is no such user; 10011; 10012.
    func sessions(of id: Int64) async throws(Failure) -> [ListedSession] {
        try await sessions.sessions(of: user(id).owner, current: nil)
    }

    /// Ends one session of a user.
    ///
    /// - Returns: False when there is none of this name.
    /// - Throws: ``Failure`` 10006 when there is no such user; 10011; 10012.
    func end(_ session: String, of id: Int64, from origin: EventOrigin) async throws(Failure) -> Bool {
        let user = try await user(id)
        guard try await sessions.end(session, of: user.owner) else { return false }
        events.record(
            LoginEvent(.kicked, userID: id, sessionID: session, appID: user.appID, reason: Self.reason), from: origin)
        return true
    }

    /// Ends all sessions of a user, and those whose login is under way.
    ///
    /// - Returns: How many there were.
    /// - Throws: ``Failure`` 10006 when there is no such user; 10011; 10012.
    func endAll(of id: Int64, from origin: EventOrigin) async throws(Failure) -> Int {
        let user = try await user(id)
        let count = try await sessions.endAll(of: user.owner, except: nil)
        events.record(
            LoginEvent(.kicked, userID: id, sessionCount: count, appID: user.appID, reason: Self.reason), from: origin)
        return count
    }

    /// Forbids a user to log in until a time, and ends the sessions there are.
    ///
    /// - Returns: How many sessions ended.
    /// - Throws: ``Failure`` 10006 when there is no such user, 10002 when the time is not in the future; 10011; 10012.
    func ban(
        _ id: Int64, until end: Date, reason: String?, from origin: EventOrigin
    ) async throws(Failure) -> Int {
        guard let count = try await bans.ban(id, until: end, reason: reason, from: origin) else { throw .noSuchUser }
        return count
    }

    /// Lets a user log in again.
    ///
    /// - Throws: ``Failure`` 10006 when there is no such user; 10012.
    func unban(_ id: Int64, from origin: EventOrigin) async throws(Failure) {
        guard try await bans.unban(id, from: origin) else { throw .noSuchUser }
    }

    private var bans: UserBans { UserBans(users: users, sessions: sessions, events: events) }

    private static let reason = "by_operator"
}

extension Failure {
    /// There is no user of this number.
    static let noSuchUser = Failure(code: .notFound, reason: "not_found", message: "no such user", status: 404)
}

import FoundationEssentials

/// Forbids users to log in, which ends the sessions they have, on every node at once.
///
/// The database is told first, then Redis: a login that reads the account before the ban is refused when it opens its
/// session, since it began before the user's sessions were ended together, and one that reads it later is refused by
/// the ban. What fails half-way may be repeated.
struct UserBans: Sendable {
    let users: any UserStore
    let sessions: any SessionStore
    let events: LoginEvents

    /// Bans a user until a time: `.distantFuture` for ever.
    ///
    /// - Parameters:
    ///   - userID: The user.
    ///   - end: When the user may log in again.
    ///   - reason: Why, for the audit log. Default: nothing is said.
    ///   - origin: Who asked for it.
    /// - Returns: How many sessions ended; nil when there is no such user.
    /// - Throws: ``Failure`` 10002 when the time is not in the future; 10012 when nothing may have been done; 10011 when
    ///   the user is banned, and sessions may live: repeat it.
    @discardableResult
    func ban(_ userID: Int64, until end: Date, reason: String? = nil, from origin: EventOrigin) async throws(Failure)
        -> Int?
    {
        guard end > .now else { throw .invalidParameter("until must be in the future") }
        guard try await users.ban(userID, until: end), let user = try await users.user(userID) else { return nil }
        let count = try await sessions.endAll(of: user.owner, except: nil)
        events.record(
            LoginEvent(.banned, userID: userID, sessionCount: count, appID: user.appID, reason: reason), from: origin)
        return count
    }

    /// Lets a user log in again.
    ///
    /// - Returns: False when there is no such user.
    /// - Throws: ``Failure`` 10012.
    func unban(_ userID: Int64, from origin: EventOrigin) async throws(Failure) -> Bool {
        guard try await users.ban(userID, until: nil) else { return false }
        events.record(LoginEvent(.unbanned, userID: userID), from: origin)
        return true
    }
}

/// Token → session, shared by all nodes.
///
/// Every method throws ``Failure`` 10011 when the store cannot answer in time: that is never "not logged in".
protocol SessionStore: Sendable {
    /// Opens the session of a login, and returns once the store has it.
    ///
    /// - Throws: ``Failure`` 10001 `kicked` when the user's sessions were ended together after the login began, `code_used`
    ///   when it repeats a login whose session was ended since; 10016 `session_limit` when there are as many as may be.
    @discardableResult
    func open(_ login: NewSession) async throws(Failure) -> OpenedSession

    /// The live session of a token; nil when there definitely is none.
    func session(for token: SessionToken) async throws(Failure) -> Session?

    /// The live session of a token as Redis has it now, whatever a near cache says: for what must not be done with a
    /// session that is ending.
    func currentSession(for token: SessionToken) async throws(Failure) -> Session?

    /// Why a token has no live session.
    func absence(of token: SessionToken) async throws(Failure) -> SessionAbsence

    /// Ends a session on every node, as its user wishes; its `id` if there was one.
    @discardableResult
    func end(_ token: SessionToken) async throws(Failure) -> String?

    /// Notes for a while that the user of a session proved again who they are; false when it is no live session.
    func verify(_ token: SessionToken, for duration: Duration) async throws(Failure) -> Bool

    /// Whether that is noted of a live session.
    func isVerified(_ token: SessionToken) async throws(Failure) -> Bool

    /// The live sessions of a user, the newest first; that of the token is marked as the current one.
    func sessions(of owner: SessionOwner, current token: SessionToken?) async throws(Failure) -> [ListedSession]

    /// Ends one session of a user on every node; false when there is none of this name.
    func end(_ identifier: String, of owner: SessionOwner) async throws(Failure) -> Bool

    /// Ends all sessions of a user on every node, and those whose login is under way, and says how many there were.
    ///
    /// That of the token stays.
    func endAll(of owner: SessionOwner, except token: SessionToken?) async throws(Failure) -> Int

    /// Succeeds when the store answers.
    func ping() async throws(Failure)
}

/// A login that gets a session.
struct NewSession: Sendable {
    let token: SessionToken
    let owner: SessionOwner
    var device: DeviceLabel?
    /// When the login began, before anybody was asked who it is.
    let began: ContinuousClock.Instant
    /// The token that the login came with: its session ends once the new one is open.
    var presented: SessionToken?
    /// Whether the login may have been answered before: then it brings no session back that was ended since.
    var mayBeRepetition = false

    /// How long after a login a repetition of it may come: as long as the outcome of its code is kept, and a claim
    /// before it.
    static let longestRepetition = SharedCodeExchange.outcomeLifetime + SharedCodeExchange.claimLifetime
}

/// Why a token has no live session.
enum SessionAbsence: String, Sendable {
    /// It never had one that is known of, or its user ended it.
    case notLoggedIn = "not_logged_in"
    /// It lived as long as it may, or was not used for too long.
    case expired
    /// A later login took its place.
    case replaced
    /// Somebody ended it.
    case kicked
}

/// A session as its user sees it; times are milliseconds since 1970 by Redis's clock.
struct ListedSession: Sendable {
    /// Names it among those of its user, and is of no use as a token.
    let id: String
    let device: String?
    /// Nil for a session that another system wrote.
    let times: Session.Times?
    let isCurrent: Bool
}

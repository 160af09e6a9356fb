import WeChatAPI

/// A person who logged in at least once, in one mini program.
struct User: Sendable {
    /// The database's number, which clients see as `userId`.
    let id: Int64
    var nickname: String?
    var avatarURL: String?
    var phone: String?
    /// Points; a new user starts with 100, as in the older systems.
    var credit: Int64
}

/// A change of a user's profile; nil leaves a field as it is.
struct ProfileChange: Sendable {
    var nickname: String?
    var avatarURL: String?
}

/// Identity → user.
///
/// Every method throws ``Failure`` 10012 when the database cannot answer in time.
protocol UserStore: Sendable {
    /// The id of the user with this identity, made on first sight. Any number of callers at once get the same one.
    func findOrCreate(appID: String, openID: OpenID, unionID: UnionID?) async throws(Failure) -> Int64

    /// The user with this id; nil when there is none.
    func user(_ id: Int64) async throws(Failure) -> User?

    /// Changes the profile; returns false when there is no such user.
    func update(_ id: Int64, _ change: ProfileChange) async throws(Failure) -> Bool

    /// Succeeds when the database answers.
    func ping() async throws(Failure)
}

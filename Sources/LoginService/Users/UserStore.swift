import FoundationEssentials
import WeChatAPI

/// Identity → user.
///
/// Every method throws ``Failure`` 10012 when the database cannot answer in time.
protocol UserStore: Sendable {
    /// The account of the user with this identity, made on first sight. Any number of callers at once get the same one.
    func findOrCreate(appID: String, openID: OpenID, unionID: UnionID?) async throws(Failure) -> Account

    /// The user with this id; nil when there is none.
    func user(_ id: Int64) async throws(Failure) -> User?

    /// The users of some mini programs that an operator looks for, the first of them by number.
    func users(_ criterion: UserCriterion, in appIDs: [String], limit: Int) async throws(Failure) -> [User]

    /// Changes the profile; returns false when there is no such user.
    func update(_ id: Int64, _ change: ProfileChange) async throws(Failure) -> Bool

    /// Makes a phone the user's; of several who want it at once, one gets it.
    func bind(_ phone: PhoneNumber, to id: Int64) async throws(Failure) -> PhoneBinding

    /// Forbids logging in until a time, or allows it again with nil; returns false when there is no such user.
    func ban(_ id: Int64, until: Date?) async throws(Failure) -> Bool

    /// The id of the user with this identity; nil when there is none.
    func userID(appID: String, openID: OpenID) async throws(Failure) -> Int64?

    /// Erases parts of a user's profile.
    func erase(_ data: PersonalData, of id: Int64) async throws(Failure)

    /// Erases everything that says who a user is, the identity too unless a ban needs it: the same person who logs in
    /// again is a new user.
    func forget(_ id: Int64) async throws(Failure)

    /// Adds to the user's credit, or takes from it, in one step; it never falls below zero.
    func changeCredit(of id: Int64, by amount: Int64) async throws(Failure) -> CreditChange

    /// Succeeds when the database answers.
    func ping() async throws(Failure)
}

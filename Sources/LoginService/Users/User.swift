import FoundationEssentials
import WeChatAPI

/// A person who logged in at least once, in one mini program.
struct User: Sendable {
    /// The database's number, which clients see as `userId`.
    let id: Int64
    /// The mini program, and who the person is there.
    let appID: String
    let openID: OpenID
    var nickname: String?
    var avatarURL: String?
    var phone: String?
    /// Points; a new user starts with 100, as in the older systems.
    var credit: Int64
    /// The older systems' number for what a user is; 1 for everyone who is as they should be.
    var state: Int64
    /// Until when the user may not log in; in the past when that is over.
    var bannedUntil: Date?
    var createdAt: Date
    /// The last login, to the hour; nil for a user who was imported and has not come yet.
    var lastSeenAt: Date?

    /// The person as sessions name it.
    var owner: SessionOwner { SessionOwner(openID: openID, userID: id) }
}

/// What a login needs to know of a user.
struct Account: Hashable, Sendable {
    let id: Int64
    /// Until when the user may not log in; in the past when that is over.
    var bannedUntil: Date?
}

/// A change of a user's profile; nil leaves a field as it is.
struct ProfileChange: Sendable {
    var nickname: String?
    var avatarURL: String?
}

/// What became of binding a phone.
enum PhoneBinding: Hashable, Sendable {
    case bound
    /// Another user of the same mini program has it.
    case takenByAnother
    case noSuchUser
}

/// What became of a change of a user's credit.
enum CreditChange: Hashable, Sendable {
    case changed(balance: Int64)
    /// There was less than was to be taken, or more than a number holds; nothing was changed.
    case outOfRange
    case noSuchUser
}

/// By what an operator looks for users.
public enum UserCriterion: Sendable {
    /// The database's number, `userId` to clients.
    case id(Int64)
    /// The whole openid.
    case openID(String)
    /// The phone, as it was bound.
    case phone(String)
    /// The whole unionid, which a person may have in several mini programs.
    case unionID(String)
}

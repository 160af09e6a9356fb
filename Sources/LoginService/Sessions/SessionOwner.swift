import WeChatAPI

/// Whose sessions are meant.
struct SessionOwner: Sendable, Hashable {
    let openID: OpenID
    let userID: Int64
    /// The mini program of the user; nil for the default one.
    var appID: String?
}

import WeChatAPI

/// Whose sessions are meant.
struct SessionOwner: Sendable, Hashable {
    let openID: OpenID
    let userID: Int64
}

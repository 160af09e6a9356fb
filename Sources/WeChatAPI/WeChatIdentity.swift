/// Who a login code belonged to.
///
/// - SeeAlso: WeChat Mini Program API, auth.code2Session.
public struct WeChatIdentity: Hashable, Sendable {
    /// The user within this mini program.
    public let openID: OpenID

    /// The user's key for open data, newest at the time of the exchange.
    public let sessionKey: SessionKey

    /// The user across apps; present when the mini program is bound to an Open Platform account.
    public let unionID: UnionID?

    /// Makes an identity, for instance for a test double of the exchange.
    public init(openID: OpenID, sessionKey: SessionKey, unionID: UnionID? = nil) {
        self.openID = openID
        self.sessionKey = sessionKey
        self.unionID = unionID
    }
}

/// A mini program that the sandbox knows.
public struct SandboxApp: Sendable {
    /// The AppID, such as `wx0123456789abcdef`.
    public var appid: String
    /// The AppSecret.
    public var secret: String
    /// The Open Platform account that the mini program is bound to; nil when it is bound to none.
    ///
    /// Apps of one account see the same unionid of a user; without an account code2Session answers no unionid.
    public var openPlatformAccount: String?
    /// Whether the AppSecret is frozen, so that it gets no access token: 40243.
    public var isFrozen = false
    /// The addresses from which access tokens may be asked for, others get 40164; nil for all.
    public var allowedAddresses: Set<String>?
    /// The AppIDs of the third-party platforms that may act for the mini program.
    var components: Set<String> = []

    /// Creates a mini program.
    ///
    /// - Parameters:
    ///   - appid: The AppID.
    ///   - secret: The AppSecret.
    ///   - openPlatformAccount: Any name; default: bound to none.
    public init(appid: String, secret: String, openPlatformAccount: String? = nil) {
        self.appid = appid
        self.secret = secret
        self.openPlatformAccount = openPlatformAccount
    }

    func unionID(of user: String) -> String? {
        openPlatformAccount.map { Identifiers.unionID(of: user, in: $0) }
    }
}

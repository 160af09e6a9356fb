/// How the tokens of a login route look; of `/user/wechatlogin` the setting `TOKEN_STYLE` says it.
public enum TokenStyle: String, Sendable, CaseIterable {
    /// 32 lowercase hexadecimal digits, the MD5 of the openid: one session for all devices of a user. The default.
    case md5
    /// `token_` and 43 base64url characters: one session for each login.
    case opaque
    /// A JSON Web Token, of `/auth` alone: one session for each login.
    case jwt

    /// What `TOKEN_STYLE` may be.
    static let settable: [TokenStyle] = [.md5, .opaque]
}

/// How the tokens of `/user/wechatlogin` look: the setting `TOKEN_STYLE`.
public enum TokenStyle: String, Sendable, CaseIterable {
    /// 32 lowercase hexadecimal digits, the MD5 of the openid: one session for all devices of a user. The default.
    case md5
    /// `token_` and 43 base64url characters: one session for each login.
    case opaque
}

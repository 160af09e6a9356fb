import WeChatAPI

/// Who a login code belonged to.
struct LoginIdentity: Sendable, Hashable {
    let openID: OpenID
    let unionID: UnionID?
    /// Random, made with the exchange: the same for every repetition of the same code.
    let loginID: String
    /// When WeChat answered, in seconds since 1970.
    let exchangedAt: Int64
    /// The user's key for open data, which goes no further than the store of such keys; nil for an outcome that
    /// another exchange brought.
    var sessionKey: SessionKey?
    /// Whether the code may have been answered before.
    var mayBeRepetition = false
}

/// Code → identity.
///
/// Throws ``Failure``: 10001 when WeChat refuses the code, 10010 when it cannot be asked, 10014 when its quota is spent.
protocol CodeExchange: Sendable {
    /// Who a code belongs to; the same code for another use is refused as `code_used`.
    func identity(for code: LoginCode, use: CodeUse) async throws(Failure) -> LoginIdentity
}

import WeChatAPI

/// Who a login code belonged to.
struct LoginIdentity: Sendable, Hashable {
    let openID: OpenID
    let unionID: UnionID?
    /// Random, made with the exchange: the same for every repetition of the same code.
    let loginID: String
    /// Whether the code may have been answered before.
    var mayBeRepetition = false
}

/// Code → identity.
///
/// Throws ``Failure``: 10001 when WeChat refuses the code, 10010 when it cannot be asked, 10014 when its quota is spent.
protocol CodeExchange: Sendable {
    func identity(for code: LoginCode) async throws(Failure) -> LoginIdentity
}

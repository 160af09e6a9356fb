/// Makes the token of a login: derived from it, so that a repetition of the code on another node gets this token and
/// not a second session.
struct TokenIssuer: Sendable {
    let keys: SecretKeys
    /// What signs the style `jwt`; nil where no route gives it.
    let jwt: SessionJWTKeys?
    /// How long a token may be used that says so itself.
    let timeToLive: Duration

    /// The token of a login.
    ///
    /// - Throws: ``Failure`` 10000 for a style that is not given here.
    func token(
        _ style: TokenStyle, for identity: LoginIdentity, userID: Int64, appID: String
    ) async throws(Failure) -> SessionToken {
        switch style {
        case .md5: return .md5(of: identity.openID)
        case .opaque:
            let entropy = keys.code(of: identity.loginID, purpose: "opaque-token")
            return .opaque(OpaqueToken(entropy: entropy, userID: userID, key: keys.writing))
        case .jwt:
            do {
                guard let jwt else { throw NoKeys() }
                let identifier = Base64URL.encode(Array(keys.code(of: identity.loginID, purpose: "jwt-id").prefix(16)))
                return .jwt(
                    try await jwt.sign(
                        identifier: identifier, userID: userID, audience: appID, issuedAt: identity.exchangedAt,
                        timeToLive: timeToLive))
            } catch {
                throw .internalFault(error)
            }
        }
    }

    private struct NoKeys: Error {}
}

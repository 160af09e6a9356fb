/// The tokens that a node takes: those of every style that one of its login routes gives.
struct AcceptedTokens: Sendable {
    let takesMD5: Bool
    let takesOpaque: Bool
    /// What verifies those of the style `jwt`; nil when none are taken.
    let jwt: SessionJWTKeys?

    /// Takes what a client sent; nil when it has not the shape of a style, so that Redis is not asked.
    func token(_ text: String) -> SessionToken? {
        // By length first: this is asked of every request.
        if text.utf8.count == 32 { return takesMD5 ? SessionToken(md5: text) : nil }
        if takesOpaque, let token = OpaqueToken(text) { return .opaque(token) }
        return jwt?.token(text).map { .jwt($0) }
    }
}

/// A JSON Web Token of ours: signed by one of our keys, with claims that are good here.
///
/// It exists only as ``SessionJWTKeys`` made or verified it.
struct SessionJWT: Hashable, Sendable {
    /// As clients hold it.
    let text: String
    /// `sub`.
    let userID: Int64
    /// The keyed hash of `jti`, 160 bits: where the session is among those of the user.
    let reference: String
    /// Whether `exp` has passed: then it was a token once, and Redis is not asked.
    let isExpired: Bool
}

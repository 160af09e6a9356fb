public import JWTKit
public import KoaKit

/// The claims of the request's token, in ``KoaKit/Context/state``.
///
/// ```swift
/// let claims = ctx.state[JWTClaims<AccessClaims>.self]
/// ```
public enum JWTClaims<Payload: JWTPayload>: StateKey {
    /// The claims.
    public typealias Value = Payload
}

/// The token itself, as it was sent, when it was accepted.
public enum JWTToken: StateKey {
    /// Header, claims and signature, with dots between.
    public typealias Value = String
}

/// Why the request has no claims, where ``JWTCheck/Options/passesThrough`` lets it go on.
public enum JWTFailure: StateKey {
    /// What would have been thrown.
    public typealias Value = HTTPError
}

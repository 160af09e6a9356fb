public import KoaKit

extension HTTPError.Reason {
    /// The request has no token.
    public static let missingToken = Self(rawValue: "missing_token")
    /// The token has expired, or is not one that is accepted here.
    public static let invalidToken = Self(rawValue: "invalid_token")
    /// The request names its token in a way that RFC 6750 does not know.
    public static let invalidRequest = Self(rawValue: "invalid_request")
}

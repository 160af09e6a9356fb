/// How a token is signed: the `alg` of its header (RFC 7518, section 3.1; RFC 8037).
///
/// There is no `none`: a token without a signature is never accepted.
public struct JWTSignatureAlgorithm: Hashable, Sendable {
    /// The name in the header of a token.
    let name: String

    /// HMAC with SHA-256.
    public static let hs256 = Self(name: "HS256")
    /// HMAC with SHA-384.
    public static let hs384 = Self(name: "HS384")
    /// HMAC with SHA-512.
    public static let hs512 = Self(name: "HS512")
    /// RSA PKCS #1 v1.5 with SHA-256.
    public static let rs256 = Self(name: "RS256")
    /// RSA PKCS #1 v1.5 with SHA-384.
    public static let rs384 = Self(name: "RS384")
    /// RSA PKCS #1 v1.5 with SHA-512.
    public static let rs512 = Self(name: "RS512")
    /// RSA-PSS with SHA-256.
    public static let ps256 = Self(name: "PS256")
    /// RSA-PSS with SHA-384.
    public static let ps384 = Self(name: "PS384")
    /// RSA-PSS with SHA-512.
    public static let ps512 = Self(name: "PS512")
    /// ECDSA on P-256 with SHA-256.
    public static let es256 = Self(name: "ES256")
    /// ECDSA on P-384 with SHA-384.
    public static let es384 = Self(name: "ES384")
    /// ECDSA on P-521 with SHA-512.
    public static let es512 = Self(name: "ES512")
    /// EdDSA on Curve25519.
    public static let edDSA = Self(name: "EdDSA")
}

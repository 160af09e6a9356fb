import CryptoExtras
import FoundationEssentials
import JWTKit
import KoaKit

/// The keys of the tests' issuer.
enum Keyring {
    /// When the tests take place, in seconds since 1970.
    static let now = 1_800_000_000

    private static let edDSA = Result { try EdDSA.PrivateKey(curve: .ed25519) }
    private static let rsa = Result {
        try Insecure.RSA.PrivateKey(backing: _RSA.Signing.PrivateKey(keySize: .bits2048))
    }
    private static let secret = HMACKey(from: "a secret of more than thirty-two bytes")

    /// What signs.
    static func signing() async throws -> JWTKeyCollection {
        let keys = JWTKeyCollection()
        await keys.add(eddsa: try edDSA.get(), kid: "new")
        await keys.add(hmac: secret, digestAlgorithm: .sha256, kid: "secret")
        await keys.add(rsa: try rsa.get(), digestAlgorithm: .sha256, kid: "rsa")
        return keys
    }

    /// What checks: an EdDSA key, the default; a secret; and an RSA key.
    static func verifying() async throws -> JWTKeyCollection {
        let keys = JWTKeyCollection()
        await keys.add(eddsa: try edDSA.get().publicKey, kid: "new")
        await keys.add(hmac: secret, digestAlgorithm: .sha256, kid: "secret")
        await keys.add(rsa: try rsa.get().publicKey, digestAlgorithm: .sha256, kid: "rsa")
        return keys
    }

    /// A public key that an attacker takes for the secret of HS256, in each form it is published in.
    static func publicKeyAsSecret(_ form: String) async throws -> any JWTAlgorithm {
        let bytes: [UInt8] =
            switch form {
            case "EdDSA raw": Array(try edDSA.get().publicKey.rawRepresentation)
            case "EdDSA PEM": Array(try edDSA.get().publicKey.pemRepresentation.utf8)
            case "RSA DER": Array(try rsa.get().publicKey.derRepresentation)
            default: Array(try rsa.get().publicKey.pemRepresentation.utf8)
            }
        return try await JWTKeyCollection().add(hmac: HMACKey(from: bytes), digestAlgorithm: .sha256).getKey()
    }

    /// A token as JWTKit issues it, good for ten minutes, but for what `change` does to its claims.
    static func issue(
        kid: JWKIdentifier? = "new",
        _ change: (inout AccessClaims) -> Void = { _ in }
    ) async throws -> String {
        var claims = AccessClaims(exp: ExpirationClaim(value: Date(timeIntervalSince1970: Double(now + 600))))
        change(&claims)
        return try await signing().sign(claims, kid: kid)
    }

    /// A token with any header and claims, signed by a key of ``signing()`` or by another.
    static func forge(header: String, claims: String, by key: (any JWTAlgorithm)? = nil) async throws -> String {
        let text = "\(Base64URL.encode(Data(header.utf8))).\(Base64URL.encode(Data(claims.utf8)))"
        let key = if let key { key } else { try await signing().getKey(for: "new") }
        return "\(text).\(Base64URL.encode(Data(try key.sign(Data(text.utf8)))))"
    }
}

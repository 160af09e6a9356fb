import Crypto
import FoundationEssentials
import JWTKit
import KoaJWT
import KoaKit

/// Signs and verifies the tokens of the `jwt` style, with keys derived from `SECRET_KEY`: the first one signs, all
/// verify.
///
/// A token is HS256, of the type `at+jwt` (RFC 9068), and names its key by `kid`. Neither the algorithm nor the key is
/// taken on the token's word: a `kid` is looked up among ours, and each of ours has the one algorithm.
struct SessionJWTKeys: Sendable {
    static let issuer = "wechat-login"
    static let type = "at+jwt"
    /// Ours have about 400.
    static let maximumBytes = 1_024
    /// How far the clocks of two nodes may be apart.
    static let leeway = Duration.seconds(30)
    private static let algorithm = "HS256"

    private struct Key {
        let identifier: String
        let algorithm: any JWTAlgorithm
        let secret: SecretKey
    }

    private struct Claims: JWTPayload {
        let iss: String
        let aud: String
        let sub: String
        let iat: Int64
        let nbf: Int64
        let exp: Int64
        let jti: String

        /// Claims are checked where a token is read, before there is a value of this type.
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    private let keys: [Key]
    private let collection = JWTKeyCollection()
    private let audiences: Set<String>
    private let now: @Sendable () -> Date

    /// Derives the keys.
    ///
    /// - Parameters:
    ///   - secretKeys: What they are derived from.
    ///   - audiences: The mini programs that tokens may be for.
    ///   - now: Tells the time. Default: the clock of this machine.
    /// - Throws: An error when a key cannot be used, which no 32 bytes are.
    init(
        secretKeys: SecretKeys, audiences: Set<String>, now: @escaping @Sendable () -> Date = { Date() }
    ) async throws {
        self.audiences = audiences
        self.now = now
        let encoder = JSONEncoder()
        // A repeated login must get the same bytes, on whatever node.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var keys: [Key] = []
        for secret in secretKeys.all {
            let digest = Array(secret.code(of: "", purpose: "jwt-kid"))
            let identifier = Base64URL.encode(digest.prefix(8))
            let key = HMACKey(key: secret.derived(for: "jwt-signature"))
            let name = JWKIdentifier(string: identifier)
            await collection.add(
                hmac: key, digestAlgorithm: .sha256, kid: name, serializer: DefaultJWTSerializer(jsonEncoder: encoder))
            keys.append(
                Key(identifier: identifier, algorithm: try await collection.getKey(for: name), secret: secret))
        }
        self.keys = keys
    }

    /// Makes the token of a login.
    ///
    /// - Parameters:
    ///   - identifier: `jti`; nobody may guess it.
    ///   - userID: Whose it is.
    ///   - audience: The mini program it is for.
    ///   - issuedAt: Seconds since 1970.
    ///   - timeToLive: How long it may be used.
    /// - Returns: The token.
    /// - Throws: An error when it cannot be signed, which no such claims are.
    func sign(
        identifier: String, userID: Int64, audience: String, issuedAt: Int64, timeToLive: Duration
    ) async throws -> SessionJWT {
        let key = keys[0]
        let claims = Claims(
            iss: Self.issuer, aud: audience, sub: String(userID), iat: issuedAt, nbf: issuedAt,
            exp: issuedAt + timeToLive.components.seconds, jti: identifier)
        let text = try await collection.sign(
            claims, kid: JWKIdentifier(string: key.identifier), header: JWTHeader(fields: ["typ": .string(Self.type)]))
        return SessionJWT(
            text: text, userID: userID, reference: Self.reference(identifier, key.secret), isExpired: false)
    }

    /// Takes what a client sent; nil for whatever is not a token of ours for us.
    func token(_ text: String) -> SessionJWT? {
        guard text.utf8.count <= Self.maximumBytes, let token = try? SignedToken(text),
            token.algorithm == Self.algorithm, token.type == Self.type,
            let key = keys.first(where: { $0.identifier == token.keyID }), token.isSigned(by: key.algorithm),
            let claims = try? token.claims(), let userID = Self.userID(claims),
            let identifier = claims["jti"]?.stringValue
        else { return nil }
        let registered = RegisteredClaims(claims)
        var isExpired = false
        do throws(TokenRefusal) {
            try registered.checkIssuer([Self.issuer])
            try registered.checkAudience(audiences)
            try registered.checkTime(now(), leeway: Self.leeway, requiresExpiration: true)
        } catch {
            guard case .expired = error else { return nil }
            isExpired = true
        }
        return SessionJWT(
            text: text, userID: userID, reference: Self.reference(identifier, key.secret), isExpired: isExpired)
    }

    /// `sub`, in the one way that a number is written.
    private static func userID(_ claims: JSONValue) -> Int64? {
        guard let text = claims["sub"]?.stringValue, let number = Int64(text), number >= 0, String(number) == text
        else { return nil }
        return number
    }

    private static func reference(_ identifier: String, _ secret: SecretKey) -> String {
        secret.code(of: identifier, purpose: "jwt-session").withUnsafeBytes { Base64URL.encode($0[0..<20]) }
    }
}

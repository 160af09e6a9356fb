import FoundationEssentials
public import JWTKit
public import KoaKit
import Logging
import NIOHTTP1

/// Lets a request in that carries a good JSON Web Token, and hands its claims downstream.
///
/// ```swift
/// let keys = JWTKeyCollection()
/// await keys.add(eddsa: try EdDSA.PublicKey(x: x, curve: .ed25519), kid: "2026-01")
/// app.use(JWTCheck<AccessClaims>(keys: keys, algorithms: [.edDSA]))
/// app.use { ctx, _ in
///     let claims = ctx.state[JWTClaims<AccessClaims>.self]
/// }
/// ```
///
/// The token comes from ``Options/token``, then from the cookie ``Options/cookieName``, then from `Authorization:
/// Bearer`; the first that there is counts. Its algorithm must be in the list **and** be the key's own, so that a public
/// key is never taken for a secret; then signature, `nbf`, `exp`, `iss`, `aud` and the claims' own `verify(using:)` are
/// checked, in this order. What fails is a 401 with `WWW-Authenticate: Bearer` that says no more than expired or
/// invalid; why is in the log, at debug.
///
/// Keys rotate by `kid`: those added to or removed from the collection while it serves count from the next request. A
/// token without `kid`, or with one that the collection does not know, is checked with the collection's default key;
/// after `clearDefault()` it is refused.
public struct JWTCheck<Claims: JWTPayload>: Middleware {
    private let keys: JWTKeyCollection
    private let algorithms: Set<String>
    private let options: Options

    /// Creates the middleware.
    ///
    /// - Parameters:
    ///   - keys: What tokens may be signed with.
    ///   - algorithms: How they may be signed; none traps. A token names its algorithm itself, so what is not listed
    ///     is refused whatever keys there are.
    ///   - options: Default: the default of each.
    public init(keys: JWTKeyCollection, algorithms: Set<JWTSignatureAlgorithm>, options: Options = Options()) {
        precondition(!algorithms.isEmpty, "a token is signed in some way")
        self.keys = keys
        self.algorithms = Set(algorithms.map(\.name))
        self.options = options
    }

    /// Checks the token and runs what is downstream.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: ``HTTPError`` 401 without a good token, 400 for a malformed `Authorization`, an `HTTPError` of the
    ///   claims' own check, what ``Options/isRevoked`` throws, and what is downstream throws.
    public func handle(_ context: Context, next: Next) async throws {
        do {
            let token = try find(in: context)
            context.state[JWTClaims<Claims>.self] = try await check(token)
            context.state[JWTToken.self] = token
        } catch let refusal as TokenRefusal {
            context.logger.debug("token refused", metadata: ["jwt.reason": "\(refusal.reason)"])
            let error = refusal.error(realm: options.realm)
            guard options.passesThrough else { throw error }
            context.state[JWTFailure.self] = error
        }
        try await next()
    }

    private func find(in context: Context) throws -> String {
        if let token = options.token?(context) { return token }
        // The token is signed itself: a signature of the cookie would add nothing.
        if let name = options.cookieName, let token = try context.cookies.get(name, signed: false), !token.isEmpty {
            return token
        }
        guard let token = try BearerCredentials.token(in: context.request.headers) else { throw TokenRefusal.missing }
        return token
    }

    private func check(_ text: String) async throws -> Claims {
        let token = try SignedToken(text)
        if let type = options.type, token.type != type.lowercased() { throw TokenRefusal.invalid("type") }
        let key = try await key(for: token)
        guard token.isSigned(by: key) else { throw TokenRefusal.invalid("signature") }
        let registered = RegisteredClaims(try token.claims())
        try registered.checkTime(
            options.now(), leeway: options.leeway, requiresExpiration: options.requiresExpiration)
        try registered.checkIssuer(options.issuers)
        try registered.checkAudience(options.audiences)
        let claims = try await decode(token.payload, checkedWith: key)
        if try await options.isRevoked?(claims, text) ?? false { throw TokenRefusal.invalid("revoked") }
        return claims
    }

    /// Before the collection is asked, the algorithm is: a JSON Web Key that names none takes that of the first token.
    private func key(for token: SignedToken) async throws -> any JWTAlgorithm {
        guard algorithms.contains(token.algorithm) else { throw TokenRefusal.invalid("algorithm not allowed") }
        let identifier = token.keyID.map(JWKIdentifier.init(string:))
        guard let key = try? await keys.getKey(for: identifier, alg: token.algorithm) else {
            throw TokenRefusal.invalid("no key")
        }
        guard key.name == token.algorithm else { throw TokenRefusal.invalid("algorithm of another key") }
        return key
    }

    private func decode(_ payload: Data, checkedWith key: any JWTAlgorithm) async throws -> Claims {
        let decoder: any JWTJSONDecoder = .defaultForJWT
        let claims: Claims
        do {
            claims = try decoder.decode(Claims.self, from: payload)
        } catch {
            throw TokenRefusal.invalid("claims of another type")
        }
        do {
            try await claims.verify(using: key)
        } catch let error as HTTPError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw TokenRefusal.invalid("claims")
        }
        return claims
    }
}

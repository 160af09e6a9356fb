import Crypto
import FoundationEssentials

/// A key that cookies are signed with (HMAC-SHA256); it shows itself nowhere.
///
/// At least 32 bytes of randomness resist guessing. See ``Application/Settings/keys`` for rotation.
public struct CookieKey: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private let secret: [UInt8]

    /// Creates a key from a secret text, taken as UTF-8; an empty one traps.
    public init(_ secret: String) { self.init(bytes: Array(secret.utf8)) }

    /// Creates a key from secret bytes; none at all traps.
    public init(bytes: [UInt8]) {
        precondition(!bytes.isEmpty, "a key that signs is not empty")
        secret = bytes
    }

    /// `***`.
    public var description: String { "***" }

    /// Without the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The signature of a cookie, in Base64 for URLs: 43 characters.
    func signature(of cookie: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(cookie.utf8), using: SymmetricKey(data: secret))
        return Base64URL.encode(Data(code))
    }

    /// Whether a signature is that of a cookie, in a time that does not tell how nearly.
    func isSignature(_ signature: String, of cookie: String) -> Bool {
        guard let code = Base64URL.decode(signature) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: Data(cookie.utf8), using: SymmetricKey(data: secret))
    }
}

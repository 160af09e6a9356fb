import Crypto
import FoundationEssentials

/// What the cookie holds: 256 random bits, as 43 base64url characters.
///
/// It is not signed: an identifier that nobody can guess gains nothing by a signature, and one that a client made up is
/// not in the store.
struct SessionID {
    let text: String

    /// An identifier that was never given out.
    static func random() -> SessionID {
        var generator = SystemRandomNumberGenerator()
        let words = (0..<4).map { _ in generator.next() as UInt64 }
        return SessionID(text: Base64URL.encode(words.withUnsafeBytes { Data($0) }))
    }

    /// Reads a cookie; nil for what cannot be an identifier.
    init?(_ cookie: String) {
        guard Base64URL.decode(cookie)?.count == 32 else { return nil }
        text = cookie
    }

    private init(text: String) { self.text = text }

    /// The key in the store: a digest, so that who reads the store, its backups or its logs can take over no session.
    var storeKey: String { Base64URL.encode(Data(SHA256.hash(data: Data(text.utf8)))) }
}

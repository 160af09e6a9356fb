import Crypto

/// One of the keys of ``SecretKeys``, ready for use.
///
/// What a keyed hash begins with, the hash of the key itself, is computed once: for a short text it is most of the work.
struct SecretKey: Sendable {
    /// The keyed hash of nothing yet.
    private let hash: HMAC<SHA256>
    /// The same under the key that other keys are derived from (RFC 5869, section 2.2, without salt).
    private let derivation: HMAC<SHA256>

    init(_ key: SymmetricKey) {
        hash = HMAC(key: key)
        derivation = HMAC(key: SymmetricKey(data: HKDF<SHA256>.extract(inputKeyMaterial: key, salt: [UInt8]())))
    }

    /// The keyed hash of a text, 32 bytes; the purpose keeps the uses of a key apart.
    func code(of text: String, purpose: String) -> HMAC<SHA256>.MAC {
        code(of: Array("\(purpose):\(text)".utf8))
    }

    /// The keyed hash of bytes, 32 bytes.
    func code(of bytes: [UInt8]) -> HMAC<SHA256>.MAC {
        var hash = hash
        hash.update(data: bytes)
        return hash.finalize()
    }

    /// A key of 32 bytes for one purpose, for what must not meet the same key in another use (RFC 5869).
    func derived(for purpose: String) -> SymmetricKey {
        var hash = derivation
        // The first block of the expansion, which is as long as the key (section 2.3).
        hash.update(data: Array("wechat-login:\(purpose)".utf8) + [1])
        return SymmetricKey(data: hash.finalize())
    }
}

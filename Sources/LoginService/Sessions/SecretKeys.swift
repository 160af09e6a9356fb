import Crypto
import FoundationEssentials

/// The keys of the setting `SECRET_KEY`; the first one writes.
public struct SecretKeys: Sendable {
    /// The one that writes, then the older ones, which a reader tries too, so that a rotation loses nothing.
    let all: [SymmetricKey]
    /// Whether the keys end with the process.
    let isEphemeral: Bool

    /// The key that writes.
    var writing: SymmetricKey { all[0] }

    /// Reads one or more keys, comma-separated, each 32 bytes in base64; nil when one is not.
    public init?(base64 text: String) {
        let keys = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            Data(base64Encoded: part.filter { !$0.isWhitespace }).flatMap {
                $0.count == 32 ? SymmetricKey(data: $0) : nil
            }
        }
        let usable = keys.compactMap(\.self)
        guard !usable.isEmpty, usable.count == keys.count else { return nil }
        self.init(all: usable, isEphemeral: false)
    }

    private init(all: [SymmetricKey], isEphemeral: Bool) {
        self.all = all
        self.isEphemeral = isEphemeral
    }

    /// A key that lives as long as the process, for a node that talks to a sandbox.
    public static func ephemeral() -> SecretKeys {
        SecretKeys(all: [SymmetricKey(size: .bits256)], isEphemeral: true)
    }

    /// The keyed hash of a text as 64 hexadecimal digits; the purpose keeps the uses of a key apart.
    func digest(of text: String, purpose: String) -> String {
        code(of: text, purpose: purpose).hexadecimal
    }

    /// The keyed hash of a text, 32 bytes.
    func code(of text: String, purpose: String) -> HMAC<SHA256>.MAC {
        Self.code(of: text, purpose: purpose, writing)
    }

    /// The hash of a text by one of the keys, 32 bytes.
    static func code(of text: String, purpose: String, _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Data("\(purpose):\(text)".utf8), using: key)
    }

    /// A key of 32 bytes for one purpose, for what must not meet the same key in another use (RFC 5869).
    static func derived(from key: SymmetricKey, for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data("wechat-login:\(purpose)".utf8), outputByteCount: 32)
    }
}

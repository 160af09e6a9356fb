import Crypto
import FoundationEssentials

/// The keys of the setting `SECRET_KEY`; the first one writes.
public struct SecretKeys: Sendable {
    /// The one that writes, then the older ones, which a reader tries too, so that a rotation loses nothing.
    let all: [SecretKey]
    /// Whether the keys end with the process.
    let isEphemeral: Bool

    /// The key that writes.
    var writing: SecretKey { all[0] }

    /// Reads one or more keys, comma-separated, each 32 bytes in base64; nil when one is not.
    public init?(base64 text: String) {
        let keys = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            Data(base64Encoded: part.filter { !$0.isWhitespace }).flatMap {
                $0.count == 32 ? SecretKey(SymmetricKey(data: $0)) : nil
            }
        }
        let usable = keys.compactMap(\.self)
        guard !usable.isEmpty, usable.count == keys.count else { return nil }
        self.init(all: usable, isEphemeral: false)
    }

    private init(all: [SecretKey], isEphemeral: Bool) {
        self.all = all
        self.isEphemeral = isEphemeral
    }

    /// A key that lives as long as the process, for a node that talks to a sandbox.
    public static func ephemeral() -> SecretKeys {
        SecretKeys(all: [SecretKey(SymmetricKey(size: .bits256))], isEphemeral: true)
    }

    /// The keyed hash of a text as 64 hexadecimal digits; the purpose keeps the uses of a key apart.
    func digest(of text: String, purpose: String) -> String {
        code(of: text, purpose: purpose).hexadecimal
    }

    /// The keyed hash of a text, 32 bytes.
    func code(of text: String, purpose: String) -> HMAC<SHA256>.MAC {
        writing.code(of: text, purpose: purpose)
    }
}

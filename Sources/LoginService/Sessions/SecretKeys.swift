import Crypto
import FoundationEssentials

/// The keys of the setting `SECRET_KEY`; the first one writes.
public struct SecretKeys: Sendable {
    private let writing: SymmetricKey
    private let older: [SymmetricKey]
    /// Whether the keys end with the process.
    let isEphemeral: Bool

    /// Reads one or more keys, comma-separated, each 32 bytes in base64; nil when one is not.
    public init?(base64 text: String) {
        let keys = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            Data(base64Encoded: part.filter { !$0.isWhitespace }).flatMap {
                $0.count == 32 ? SymmetricKey(data: $0) : nil
            }
        }
        let usable = keys.compactMap(\.self)
        guard let first = usable.first, usable.count == keys.count else { return nil }
        self.init(writing: first, older: Array(usable.dropFirst()), isEphemeral: false)
    }

    private init(writing: SymmetricKey, older: [SymmetricKey], isEphemeral: Bool) {
        self.writing = writing
        self.isEphemeral = isEphemeral
        self.older = older
    }

    /// A key that lives as long as the process, for a node that talks to a sandbox.
    public static func ephemeral() -> SecretKeys {
        SecretKeys(writing: SymmetricKey(size: .bits256), older: [], isEphemeral: true)
    }

    /// The keyed hash of a text as 64 hexadecimal digits; the purpose keeps the uses of a key apart.
    func digest(of text: String, purpose: String) -> String {
        Self.code(of: text, purpose: purpose, using: writing).hexadecimal
    }

    /// The keyed hash under each key, the writing one first: what a reader tries, so that a rotation loses nothing.
    func digests(of text: String, purpose: String) -> [String] {
        ([writing] + older).map { Self.code(of: text, purpose: purpose, using: $0).hexadecimal }
    }

    /// The keyed hash of a text, 32 bytes.
    func code(of text: String, purpose: String) -> HMAC<SHA256>.MAC {
        Self.code(of: text, purpose: purpose, using: writing)
    }

    private static func code(of text: String, purpose: String, using key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Data("\(purpose):\(text)".utf8), using: key)
    }
}

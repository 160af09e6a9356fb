import Crypto
import FoundationEssentials

extension SecretKeys {
    /// Encrypts a text for a store that others can read (AES-256-GCM), with the key that writes.
    ///
    /// - Parameters:
    ///   - text: What nobody may read.
    ///   - purpose: Keeps the uses of a key apart.
    ///   - context: What the text belongs to: sealed, it opens nowhere else.
    /// - Returns: Base64 for URLs.
    /// - Throws: ``Failure`` 10000 when it cannot be encrypted.
    func seal(_ text: String, purpose: String, context: String) throws(Failure) -> String {
        do {
            let key = Self.sealingKey(writing, purpose, context)
            let box = try AES.GCM.seal(Data(text.utf8), using: key, authenticating: Data(context.utf8))
            return Base64URL.encode(Array(box.nonce) + box.ciphertext + box.tag)
        } catch {
            throw .internalFault(error)
        }
    }

    /// Decrypts what any of the keys has sealed for the same purpose and context; nil for anything else.
    func open(_ sealed: some StringProtocol, purpose: String, context: String) -> Data? {
        guard let bytes = Base64URL.decode(sealed), let box = try? AES.GCM.SealedBox(combined: bytes) else {
            return nil
        }
        for key in all {
            let key = Self.sealingKey(key, purpose, context)
            if let text = try? AES.GCM.open(box, using: key, authenticating: Data(context.utf8)) { return text }
        }
        return nil
    }

    /// A key for each context, so that no number of users brings two random nonces of one key together.
    private static func sealingKey(_ key: SecretKey, _ purpose: String, _ context: String) -> SymmetricKey {
        key.derived(for: "\(purpose):\(context)")
    }
}

import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Opens encrypted messages: AES-256-CBC, with the beginning of the key as its vector.
///
/// What is inside: 16 random bytes, the length of the message in 4 bytes, the message, the AppID.
struct PushCipher: Sendable {
    /// WeChat pads to this, not to the 16 bytes of AES.
    private static let blockSize = 32
    private static let headSize = 20

    private let key: SymmetricKey
    private let vector: [UInt8]

    /// Takes the 43 letters and digits of the mini program's settings; `nil` for anything else.
    init?(encodingAESKey: String) {
        guard encodingAESKey.wholeMatch(of: /[A-Za-z0-9]{43}/) != nil,
            // The last character may carry bits that nobody uses, which strict decoders refuse.
            let bytes = Data(base64Encoded: Self.canonical(encodingAESKey)), bytes.count == 32
        else { return nil }
        key = SymmetricKey(data: bytes)
        vector = Array(bytes.prefix(16))
    }

    private static func canonical(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        guard let last = text.last, let value = alphabet.firstIndex(of: last) else { return text }
        return text.dropLast() + String(alphabet[value & ~3]) + "="
    }

    /// Opens a message; `nil` for what WeChat did not encrypt with this key.
    func open(_ text: String) -> (message: [UInt8], appID: String)? {
        guard let ciphertext = Data(base64Encoded: text), ciphertext.count >= Self.blockSize,
            ciphertext.count.isMultiple(of: 16),
            let padded = try? AES._CBC.decrypt(ciphertext, using: key, iv: .init(ivBytes: vector), noPadding: true)
        else { return nil }
        let padding = BlockPadding(of: padded, blockSize: Self.blockSize)
        let content = Array(padded.dropLast(padding.count))
        guard padding.isValid, content.count > Self.headSize else { return nil }
        let length = content[16..<Self.headSize].reduce(0) { $0 << 8 | Int($1) }
        let rest = content[Self.headSize...]
        guard length <= rest.count, let appID = String(validating: rest.dropFirst(length), as: UTF8.self) else {
            return nil
        }
        return (Array(rest.prefix(length)), appID)
    }
}

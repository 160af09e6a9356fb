import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension EncryptedOpenData {
    /// What of the encrypted data is hashed where WeChat asks for a hash of it, which WeChat leaves open.
    public enum HashedForm: Sendable {
        /// The Base64 text.
        case text
        /// The bytes that the text stands for; none if it is not Base64.
        case bytes
    }

    /// The SHA-256 of the encrypted data, by which WeChat knows it, as 64 hexadecimal digits.
    ///
    /// - Parameter form: What is hashed.
    /// - Returns: The digits.
    public func messageHash(of form: HashedForm = .text) -> String {
        let hashed: [UInt8] =
            switch form {
            case .text: Array(encryptedData.utf8)
            case .bytes: Array(Data(base64Encoded: encryptedData) ?? Data())
            }
        return WireText.hexadecimal(SHA256.hash(data: hashed))
    }
}

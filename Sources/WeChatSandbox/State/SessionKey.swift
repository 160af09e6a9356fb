import Crypto
import CryptoExtras
import FoundationEssentials

/// What can be done with a session_key, by WeChat's formulas.
struct SessionKey: Sendable {
    private let base64: String

    init(_ base64: String) {
        self.base64 = base64
    }

    /// The signature of open data: SHA-1 of the raw data and the key's text (WeChat Mini Program guide, "signature").
    func openDataSignature(of rawData: String) -> String {
        Insecure.SHA1.hash(data: Data((rawData + base64).utf8)).hex
    }

    /// The signature of a call in a user's name: an HMAC under the key's text, not under its bytes (WeChat Mini Program
    /// API, auth.checkSessionKey).
    func loginStateSignature(of body: String) -> String {
        let key = SymmetricKey(data: Data(base64.utf8))
        return HMAC<SHA256>.authenticationCode(for: Data(body.utf8), using: key).hex
    }

    /// Encrypts open data: AES-128-CBC with PKCS#7 padding (WeChat Mini Program guide, "encryptedData").
    ///
    /// - Parameters:
    ///   - plaintext: JSON text.
    ///   - iv: 16 bytes.
    /// - Returns: Nil when the key is not 16 bytes in Base64 or `iv` is not 16 bytes.
    func encrypt(_ plaintext: String, iv: Data) -> Data? {
        guard let key = Data(base64Encoded: base64), key.count == 16, let iv = try? AES._CBC.IV(ivBytes: iv) else {
            return nil
        }
        return try? AES._CBC.encrypt(Data(plaintext.utf8), using: SymmetricKey(data: key), iv: iv)
    }
}

extension Sequence<UInt8> {
    /// Two lowercase hexadecimal digits for each byte.
    var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

import FoundationEssentials
import WeChatAPI

/// What `wx.getUserInfo` and its like gave a client: the same data twice, signed and encrypted.
struct SignedOpenData: Sendable {
    let rawData: String
    let signature: String
    let encrypted: EncryptedOpenData

    /// As a client sends it.
    struct Fields: Decodable {
        let rawData: String?
        let signature: String?
        let encryptedData: String?
        let iv: String?
    }

    /// Checks what can be checked without a key, and so tells nothing of what is in it.
    ///
    /// - Throws: ``Failure`` 10002 that names the field.
    init(_ fields: Fields) throws(Failure) {
        rawData = try Self.require(fields.rawData, "rawData")
        signature = try Self.require(fields.signature, "signature")
        guard signature.wholeMatch(of: /[0-9A-Fa-f]{40}/) != nil else {
            throw .invalidParameter("signature must have 40 hexadecimal digits")
        }
        let encryptedData = try Self.require(fields.encryptedData, "encryptedData")
        guard let content = Data(base64Encoded: encryptedData), content.count.isMultiple(of: 16) else {
            throw .invalidParameter("encryptedData must be whole blocks of 16 bytes in base64")
        }
        let iv = try Self.require(fields.iv, "iv")
        guard Data(base64Encoded: iv)?.count == 16 else {
            throw .invalidParameter("iv must be 16 bytes in base64")
        }
        encrypted = EncryptedOpenData(encryptedData: encryptedData, iv: iv)
    }

    private static func require(_ text: String?, _ name: String) throws(Failure) -> String {
        guard let text, !text.isEmpty else { throw .invalidParameter("\(name) is missing") }
        return text
    }
}

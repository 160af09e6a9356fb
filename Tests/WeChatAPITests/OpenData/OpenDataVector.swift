import Crypto
import CryptoExtras
import Foundation
import Testing
import WeChatAPI

/// What WeChat publishes to try a decryption with, and what WeChat would encrypt.
enum OpenDataVector {
    static let appID = "wx4f4bc4dec97d474b"
    static let sessionKeyText = "tiihtNczf5v6AKRyjwEUhQ=="
    static let openIDText = "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
    static let madeAt = Date(timeIntervalSince1970: 1_477_314_187)
    static let iv = "r7BXXKkLb8qrSNn05n0qiA=="
    static let encryptedData =
        "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4l"
        + "GOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInN"
        + "lxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/"
        + "r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7Xjf"
        + "hQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew=="

    static func sessionKey(_ text: String = sessionKeyText) throws -> SessionKey { try #require(SessionKey(text)) }
    static func openID(_ text: String = openIDText) throws -> OpenID { try #require(OpenID(text)) }

    /// Opens data as if it came with the session of the vector's user.
    static func open<Payload: OpenDataPayload>(
        as payload: Payload.Type = OpenUserInfo.self,
        _ encryptedData: String = encryptedData, iv: String = iv, sessionKey key: String = sessionKeyText,
        appID: String = appID, openID: String = openIDText, at now: Date = madeAt
    ) throws -> Payload {
        try EncryptedOpenData(encryptedData: encryptedData, iv: iv).opened(
            with: try sessionKey(key), appID: appID, openID: try self.openID(openID), at: now)
    }

    /// Encrypts with the vector's key as WeChat does.
    static func seal(_ text: String, noPadding: Bool = false) throws -> String {
        let key = SymmetricKey(data: try #require(Data(base64Encoded: sessionKeyText)))
        let vector = try AES._CBC.IV(ivBytes: try #require(Data(base64Encoded: iv)))
        return try AES._CBC.encrypt(Data(text.utf8), using: key, iv: vector, noPadding: noPadding)
            .base64EncodedString()
    }

    static let watermark = #""watermark":{"timestamp":1477314187,"appid":"\#(appID)"}"#
}

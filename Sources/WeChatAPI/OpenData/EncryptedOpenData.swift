import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Data about a user that a client passes on and only the server can read: `encryptedData` and `iv` of
/// `wx.getUserInfo`, `wx.getUserProfile` or the older way of `getPhoneNumber`.
///
/// It has no integrity of its own: its user, who may alter it, can alter what it says. Check the signature of the raw
/// data too (``SessionKey/isSignature(_:of:)``), and take nothing in it for an identity.
///
/// - SeeAlso: WeChat Mini Program guide, open data verification and decryption.
public struct EncryptedOpenData: Redacted, Sendable {
    /// How old data may be by default.
    public static let defaultFreshness = Duration.seconds(600)

    /// How far ahead of this machine's clock WeChat's may be.
    static let clockLeeway = 60.0

    let encryptedData: String
    private let iv: String

    /// Takes what a client sent, whatever it is: what is wrong with it shows when it is opened.
    ///
    /// - Parameters:
    ///   - encryptedData: In Base64.
    ///   - iv: 16 bytes in Base64.
    public init(encryptedData: String, iv: String) {
        self.encryptedData = encryptedData
        self.iv = iv
    }

    /// Always `***`.
    public var redactedDescription: String { "***" }

    /// Decrypts the data and checks for whom and when it was made.
    ///
    /// - Parameters:
    ///   - payload: What it holds: ``OpenUserInfo`` or ``PhoneInfo``.
    ///   - sessionKey: The newest one of the user whose session the data came with.
    ///   - appID: The own mini program.
    ///   - openID: The user whose session it came with; data that names another is refused.
    ///   - freshness: How old it may be. Default: ten minutes.
    ///   - now: The time. Default: this machine's.
    /// - Returns: What it holds.
    /// - Throws: ``OpenDataError``.
    public func opened<Payload: OpenDataPayload>(
        as payload: Payload.Type = Payload.self,
        with sessionKey: SessionKey,
        appID: String,
        openID: OpenID,
        freshness: Duration = Self.defaultFreshness,
        at now: Date = Date()
    ) throws(OpenDataError) -> Payload {
        let content = try decrypted(with: sessionKey, as: Payload.self)
        guard content.watermark.appID == appID else { throw .foreignApp }
        let age = now.timeIntervalSince1970 - Double(content.watermark.timestamp)
        guard age <= freshness / .seconds(1), age >= -Self.clockLeeway else { throw .outdated }
        guard content.payload.openID == nil || content.payload.openID == openID else { throw .foreignUser }
        return content.payload
    }

    private func decrypted<Payload: OpenDataPayload>(
        with sessionKey: SessionKey, as payload: Payload.Type
    ) throws(OpenDataError) -> Content<Payload> {
        guard let key = sessionKey.cipherKey, let vector = Data(base64Encoded: iv), vector.count == 16,
            let ciphertext = Data(base64Encoded: encryptedData), !ciphertext.isEmpty,
            ciphertext.count.isMultiple(of: 16)
        else { throw .undecipherable }
        let padded: Data
        do {
            padded = try AES._CBC.decrypt(ciphertext, using: key, iv: .init(ivBytes: vector), noPadding: true)
        } catch {
            throw .undecipherable
        }
        let padding = BlockPadding(of: padded, blockSize: 16)
        // Read whether the padding is right or not, so that the time taken does not tell either.
        let bytes = Array(padded.dropLast(padding.count))
        guard let content = try? WireJSON.decode(Content<Payload>.self, from: bytes), padding.isValid else {
            throw .undecipherable
        }
        return content
    }
}

/// The JSON object behind the encryption.
private struct Content<Payload: OpenDataPayload>: Decodable {
    let watermark: Watermark
    let payload: Payload

    private enum CodingKeys: String, CodingKey {
        case watermark
    }

    init(from decoder: any Decoder) throws {
        watermark = try decoder.container(keyedBy: CodingKeys.self).decode(Watermark.self, forKey: .watermark)
        payload = try Payload(from: decoder)
    }
}

import Crypto

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What proves that a pushed message is WeChat's: the Token, and the EncodingAESKey where messages are encrypted.
///
/// The signature of a plain message covers the time and a nonce, not the message: whoever sees one can send another
/// message with it, until its time is over. Encrypted messages have no such gap; with a key, plain ones are not taken.
///
/// - SeeAlso: WeChat Mini Program guide, message push.
public struct PushCredentials: Redacted, Sendable {
    /// How far the time of a message may be from this machine's.
    public static let window = Duration.seconds(300)

    private let token: Secret<String>
    private let cipher: PushCipher?

    /// Takes the settings that the mini program has at WeChat; `nil` when one of them is not of its form.
    ///
    /// - Parameters:
    ///   - token: 3 to 32 letters and digits.
    ///   - encodingAESKey: 43 letters and digits; `nil` where messages are not encrypted.
    public init?(token: String, encodingAESKey: String? = nil) {
        guard token.wholeMatch(of: /[A-Za-z0-9]{3,32}/) != nil else { return nil }
        if let encodingAESKey {
            guard let cipher = PushCipher(encodingAESKey: encodingAESKey) else { return nil }
            self.cipher = cipher
        } else {
            cipher = nil
        }
        self.token = Secret(token)
    }

    /// Whether only encrypted messages are taken, whose signature covers the message too.
    public var expectsEncryption: Bool { cipher != nil }

    /// Always `***`.
    public var redactedDescription: String { "***" }

    /// Tells whether WeChat asks to know this server: then `echostr` is to be answered.
    ///
    /// - Parameter query: Of the GET.
    /// - Returns: Whether its signature is right, which is compared in a time that does not depend on it.
    public func isVerification(_ query: PushQuery) -> Bool {
        query.signature.map { isSignature($0, of: [query.timestamp, query.nonce]) } ?? false
    }

    /// Reads a pushed message once it is proven to be WeChat's.
    ///
    /// - Parameters:
    ///   - body: JSON or XML, as it came.
    ///   - query: Of the POST.
    ///   - now: The time. Default: this machine's.
    /// - Returns: The message.
    /// - Throws: ``PushError``.
    public func message(
        in body: [UInt8], query: PushQuery, at now: Date = Date()
    ) throws(PushError) -> PushMessage {
        guard let timestamp = Int64(query.timestamp),
            abs(now.timeIntervalSince1970 - Double(timestamp)) <= Self.window / .seconds(1)
        else { throw .unproven }
        guard let cipher else {
            guard isVerification(query) else { throw .unproven }
            return try PushMessage(body)
        }
        // WeChat says to look at the signature of the message alone.
        guard let signature = query.messageSignature, let envelope = try? PushFields(body),
            let encrypted = envelope["Encrypt"],
            isSignature(signature, of: [query.timestamp, query.nonce, encrypted]),
            let opened = cipher.open(encrypted)
        else { throw .unproven }
        var message = try PushMessage(opened.message)
        guard message.appID == nil || message.appID == opened.appID else { throw .unproven }
        message.appID = opened.appID
        return message
    }

    private func isSignature(_ signature: String, of parts: [String]) -> Bool {
        guard let claimed = WireText.bytes(hexadecimal: signature) else { return false }
        // In the order of the bytes, as WeChat sorts.
        let sorted = (parts + [token.exposed]).map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        return Insecure.SHA1.hash(data: Array(sorted.joined())) == claimed
    }
}

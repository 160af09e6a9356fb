import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension SessionKey {
    /// The key's 16 bytes for AES-128; `nil` when it is not these in Base64.
    var cipherKey: SymmetricKey? {
        guard let bytes = Data(base64Encoded: rawValue), bytes.count == 16 else { return nil }
        return SymmetricKey(data: bytes)
    }

    /// Tells whether WeChat signed raw open data with this key, in a time that does not depend on the signature.
    ///
    /// - Parameters:
    ///   - signature: 40 hexadecimal digits: `sha1(rawData + session_key)`.
    ///   - rawData: As the client sent it: written anew, with its members in another order, it is other data.
    /// - Returns: Whether it is.
    /// - SeeAlso: WeChat Mini Program guide, open data verification and decryption.
    public func isSignature(_ signature: String, of rawData: String) -> Bool {
        guard let claimed = WireText.bytes(hexadecimal: signature) else { return false }
        return Insecure.SHA1.hash(data: Array(rawData.utf8) + rawValue.utf8) == claimed
    }

    /// Signs the body of a call, to prove to WeChat that the key is known: `signature` with `sig_method=hmac_sha256`.
    ///
    /// - Parameter body: The body of a POST; empty for a GET.
    /// - Returns: 64 hexadecimal digits. The key of the HMAC is the key's text, not the bytes it stands for.
    public func callSignature(of body: some Sequence<UInt8> = EmptyCollection<UInt8>()) -> String {
        let key = SymmetricKey(data: Array(rawValue.utf8))
        return WireText.hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(body), using: key))
    }

    /// Tells whether a body was signed with this key, in a time that does not depend on the signature.
    ///
    /// - Parameters:
    ///   - signature: 64 hexadecimal digits: the HMAC-SHA256 of the body.
    ///   - body: The signed bytes; empty for a GET.
    /// - Returns: Whether it was.
    public func isCallSignature(_ signature: String, of body: some Sequence<UInt8>) -> Bool {
        guard let claimed = WireText.bytes(hexadecimal: signature) else { return false }
        let key = SymmetricKey(data: Array(rawValue.utf8))
        return HMAC<SHA256>.isValidAuthenticationCode(claimed, authenticating: Array(body), using: key)
    }
}

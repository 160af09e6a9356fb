/// The key that WeChat and a mini program share for one user's open data.
///
/// It prints as `***`. It must stay on the server: WeChat forbids giving it to a client or a third party.
public struct SessionKey: Hashable, Redacted, Sendable {
    /// The key as WeChat wrote it, in practice 16 bytes as Base64.
    public let rawValue: String

    /// Accepts 1 to 256 printable ASCII characters without spaces; anything else gives `nil`.
    ///
    /// The Base64 form is not checked here: only what decrypts with the key needs it, see ``EncryptedOpenData``.
    public init?(_ text: String) {
        guard WireText.isIdentifier(text, upTo: 256) else { return nil }
        rawValue = text
    }

    /// Always `***`.
    public var redactedDescription: String { "***" }
}

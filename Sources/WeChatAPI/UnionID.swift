/// The identifier of a user across all apps of one WeChat Open Platform account.
///
/// It prints as its first four characters and `…`.
public struct UnionID: Hashable, Redacted, Sendable {
    /// The whole identifier.
    public let rawValue: String

    /// Accepts 1 to 128 printable ASCII characters without spaces; anything else gives `nil`.
    public init?(_ text: String) {
        guard WireText.isIdentifier(text, upTo: 128) else { return nil }
        rawValue = text
    }

    /// A short prefix, enough to tell two users apart in a log and too little to act as one.
    public var redactedDescription: String { rawValue.count > 8 ? "\(rawValue.prefix(4))…" : "…" }
}

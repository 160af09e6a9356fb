/// What a mini program's server proves itself with in calls of WeChat's API; it prints as `***`.
public struct AccessToken: Hashable, Redacted, Sendable {
    /// The token as WeChat wrote it.
    public let rawValue: String

    /// Accepts 1 to 1,024 printable ASCII characters without spaces; anything else gives `nil`.
    public init?(_ text: String) {
        guard WireText.isIdentifier(text, upTo: 1_024) else { return nil }
        rawValue = text
    }

    /// Always `***`.
    public var redactedDescription: String { "***" }
}

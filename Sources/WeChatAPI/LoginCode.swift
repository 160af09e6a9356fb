/// A one-time code that a mini program got from `wx.login`.
///
/// It prints as `***`: whoever holds it can log in as its user until it is used.
///
/// - SeeAlso: WeChat Mini Program API, wx.login. A code lives for five minutes.
public struct LoginCode: Hashable, Redacted, Sendable {
    /// The code as WeChat expects it.
    public let rawValue: String

    /// Accepts a code of 1 to 128 characters of `A-Z a-z 0-9 _ -`; anything else gives `nil`.
    public init?(_ text: String) {
        guard WireText.isCode(text) else { return nil }
        rawValue = text
    }

    /// Always `***`.
    public var redactedDescription: String { "***" }
}

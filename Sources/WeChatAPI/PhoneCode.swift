/// A one-time code that a mini program got from the button `getPhoneNumber`.
///
/// It is another kind of code than that of `wx.login`, though it looks the same. It prints as `***`.
///
/// - SeeAlso: WeChat Mini Program API, getPhoneNumber. A code lives for five minutes.
public struct PhoneCode: Hashable, Redacted, Sendable {
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

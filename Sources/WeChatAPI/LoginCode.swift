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
        let bytes = text.utf8
        guard (1...128).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else { return nil }
        rawValue = text
    }

    /// Always `***`.
    public var redactedDescription: String { "***" }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}

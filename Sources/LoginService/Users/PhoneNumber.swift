import WeChatAPI

/// A phone number as users are known by: digits, with a leading `+` where it has a country code.
struct PhoneNumber: Hashable, Sendable {
    let rawValue: String

    /// Takes 5 to 15 digits (E.164 has no more), after a `+` or not; nil for anything else.
    init?(_ text: String) {
        let digits = text.hasPrefix("+") ? text.utf8.dropFirst() : text.utf8[...]
        guard (5...15).contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        rawValue = text
    }
}

extension PhoneNumber: Redacted {
    var redactedDescription: String { "***" }
}

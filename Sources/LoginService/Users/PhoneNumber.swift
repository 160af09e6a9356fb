import WeChatAPI

/// A phone number as users are known by, in one form however it came, so that one phone is never bound twice.
///
/// A number of mainland China is its 11 digits; any other is `+`, its country code and the number. What is typed
/// without `+` is taken for a number of mainland China, as the older systems did.
struct PhoneNumber: Hashable, Sendable {
    let rawValue: String

    private static let mainlandCode = "86"

    /// Takes 5 to 15 digits (E.164 has no more), after a `+` or not; nil for anything else.
    init?(_ text: String) {
        let digits = text.hasPrefix("+") ? text.utf8.dropFirst() : text.utf8[...]
        guard (5...15).contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        // The code of mainland China is also typed without its plus, or as it is dialled from abroad.
        for prefix in ["+\(Self.mainlandCode)", Self.mainlandCode, "00\(Self.mainlandCode)"]
        where text.hasPrefix(prefix) && Self.isMainland(text.dropFirst(prefix.count)) {
            rawValue = String(text.dropFirst(prefix.count))
            return
        }
        rawValue = text
    }

    /// Takes what WeChat verified; nil for what is no number.
    init?(_ info: PhoneInfo) {
        let code = info.countryCode.hasPrefix("+") ? String(info.countryCode.dropFirst()) : info.countryCode
        self.init("+\(code)\(info.purePhoneNumber)")
    }

    /// Whether digits are those of a mobile phone of mainland China.
    private static func isMainland(_ digits: Substring) -> Bool {
        digits.utf8.count == 11 && digits.hasPrefix("1")
    }
}

extension PhoneNumber: Redacted {
    var redactedDescription: String { "***" }
}

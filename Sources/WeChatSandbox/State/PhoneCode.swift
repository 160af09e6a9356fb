import FoundationEssentials
import KoaKit

/// A code that the button for the phone number gave to a mini program; not the kind that `wx.login` gives.
struct PhoneCode: Sendable {
    let user: UserID
    let phone: Phone
    let issuedAt: Date
    var isUsed = false

    /// Whether the code is too old: it lives as long as a login code.
    func isExpired(at now: Date) -> Bool {
        now.timeIntervalSince(issuedAt) >= LoginCode.timeToLive
    }
}

/// A user's phone number.
struct Phone: Sendable {
    /// Without the country's code.
    let number: String
    /// A string as WeChat has it, or a number as WeChat's documentation has it.
    let countryCode: JSONValue

    /// As the APIs have it; numbers of China come without a prefix.
    var members: [JSONMember] {
        let code = countryCode.stringValue ?? countryCode.integerValue.map(String.init) ?? ""
        return [
            JSONMember("phoneNumber", .string(code == "86" ? number : "+\(code)\(number)")),
            JSONMember("purePhoneNumber", .string(number)), JSONMember("countryCode", countryCode),
        ]
    }
}

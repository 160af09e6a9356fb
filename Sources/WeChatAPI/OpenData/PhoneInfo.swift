/// A phone number that WeChat has verified; it prints as `***`.
///
/// - SeeAlso: WeChat Mini Program API, phonenumber.getPhoneNumber.
public struct PhoneInfo: OpenDataPayload, Redacted, Hashable {
    /// The number, with the country code where it is not one of mainland China.
    public let phoneNumber: String
    /// The number without the country code.
    public let purePhoneNumber: String
    /// The country code, such as `86`.
    public let countryCode: String

    /// Always `nil`: the data does not say whose number it is.
    public var openID: OpenID? { nil }

    private enum CodingKeys: String, CodingKey {
        case phoneNumber, purePhoneNumber, countryCode
    }

    /// Makes one, for instance for a test double.
    ///
    /// - Parameters:
    ///   - phoneNumber: With the country code where it is not one of mainland China.
    ///   - purePhoneNumber: Without the country code.
    ///   - countryCode: Such as `86`.
    public init(phoneNumber: String, purePhoneNumber: String, countryCode: String) {
        self.phoneNumber = phoneNumber
        self.purePhoneNumber = purePhoneNumber
        self.countryCode = countryCode
    }

    /// Reads the object that WeChat writes.
    ///
    /// - Parameter decoder: Of JSON; the country code may be a number or a string.
    /// - Throws: `DecodingError` for what is no phone number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        phoneNumber = try Self.number(.phoneNumber, in: container)
        purePhoneNumber = try Self.number(.purePhoneNumber, in: container)
        if let code = try? container.decode(Int.self, forKey: .countryCode), (1...999_999).contains(code) {
            countryCode = String(code)
        } else {
            countryCode = try Self.number(.countryCode, in: container)
        }
    }

    /// Always `***`.
    public var redactedDescription: String { "***" }

    private static func number(
        _ key: CodingKeys, in container: KeyedDecodingContainer<CodingKeys>
    ) throws -> String {
        let text = try container.decode(String.self, forKey: key)
        guard text.wholeMatch(of: /\+?[0-9]{1,20}/) != nil else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: container, debugDescription: "not a phone number")
        }
        return text
    }
}

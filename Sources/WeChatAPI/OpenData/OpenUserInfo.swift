/// A user as `wx.getUserInfo` and `wx.getUserProfile` show one, decrypted.
///
/// Since 2022 WeChat fills in a grey avatar and the same nickname for everyone, and neither gender nor region.
/// It prints as `***`.
public struct OpenUserInfo: OpenDataPayload, Redacted, Hashable {
    /// The user; `nil` from `wx.getUserProfile`.
    public let openID: OpenID?
    /// The user across apps; `nil` from `wx.getUserProfile` and without an Open Platform account.
    public let unionID: UnionID?
    /// The nickname, as the user typed it.
    public let nickname: String?
    /// The avatar's URL.
    public let avatarURL: String?
    /// 0 unknown, 1 male, 2 female.
    public let gender: Int?
    /// The city, in the user's language.
    public let city: String?
    /// The province, in the user's language.
    public let province: String?
    /// The country, in the user's language or as a code of two letters.
    public let country: String?
    /// The language of the names: `en`, `zh_CN` or `zh_TW`.
    public let language: String?

    private enum CodingKeys: String, CodingKey {
        case openID = "openId"
        case unionID = "unionId"
        case nickname = "nickName"
        case avatarURL = "avatarUrl"
        case gender, city, province, country, language
    }

    /// Reads the decrypted object.
    ///
    /// - Parameter decoder: Of JSON as WeChat writes it; members it does not know are passed over.
    /// - Throws: `DecodingError` for a member of another type or an identifier that is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        openID = try Self.identifier(.openID, in: container) { OpenID($0) }
        unionID = try Self.identifier(.unionID, in: container) { UnionID($0) }
        nickname = try container.decodeIfPresent(String.self, forKey: .nickname)
        avatarURL = try container.decodeIfPresent(String.self, forKey: .avatarURL)
        gender = try container.decodeIfPresent(WireInteger.self, forKey: .gender)?.value
        city = try container.decodeIfPresent(String.self, forKey: .city)
        province = try container.decodeIfPresent(String.self, forKey: .province)
        country = try container.decodeIfPresent(String.self, forKey: .country)
        language = try container.decodeIfPresent(String.self, forKey: .language)
    }

    /// Always `***`.
    public var redactedDescription: String { "***" }

    private static func identifier<Identifier>(
        _ key: CodingKeys, in container: KeyedDecodingContainer<CodingKeys>, _ make: (String) -> Identifier?
    ) throws -> Identifier? {
        guard let text = try container.decodeIfPresent(String.self, forKey: key), !text.isEmpty else { return nil }
        guard let identifier = make(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: container, debugDescription: "not an identifier")
        }
        return identifier
    }
}

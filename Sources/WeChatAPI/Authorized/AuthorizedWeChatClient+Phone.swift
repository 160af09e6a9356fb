extension AuthorizedWeChatClient {
    /// Exchanges a code of `getPhoneNumber` for the number that its user chose.
    ///
    /// WeChat accepts a code once, within five minutes, and charges for each success: the call is made again only when
    /// a kept connection was closed before an answer.
    ///
    /// - Parameters:
    ///   - code: From the button `getPhoneNumber`.
    ///   - openID: Who the code must be from: with it, WeChat refuses the code of another user.
    /// - Returns: The number.
    /// - Throws: ``WeChatError``; ``WeChatError/Code-swift.struct/invalidCode`` also for a code of another user (40003)
    ///   or another mini program (40013).
    /// - SeeAlso: WeChat Mini Program API, phonenumber.getPhoneNumber.
    public func phoneInfo(code: PhoneCode, openID: OpenID) async throws(WeChatError) -> PhoneInfo {
        let request = PhoneInfoRequest(code: code.rawValue, openid: openID.rawValue)
        let answer = try await perform { token in
            WeChatCall<PhoneInfoAnswer>(
                "getPhoneNumber", path: "/wxa/business/getuserphonenumber",
                query: ["access_token": token.rawValue], body: request, repetition: .ifUnanswered,
                meanings: [40_003: .invalidCode, 40_013: .invalidCode])
        }
        guard answer.appID == nil || answer.appID == appID else {
            throw WeChatError(.malformedReply, underlying: MalformedReply.unusable(field: "watermark"))
        }
        return answer.info
    }
}

private struct PhoneInfoRequest: Encodable {
    let code: String
    let openid: String
}

private struct PhoneInfoAnswer: Decodable, Sendable {
    let info: PhoneInfo
    let appID: String?

    private enum CodingKeys: String, CodingKey {
        case info = "phone_info"
    }

    private struct Marked: Decodable {
        let watermark: Watermark?
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        info = try container.decode(PhoneInfo.self, forKey: .info)
        appID = try container.decode(Marked.self, forKey: .info).watermark?.appID
    }
}

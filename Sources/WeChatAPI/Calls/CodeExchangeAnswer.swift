/// What WeChat gives for a login code.
struct CodeExchangeAnswer: Decodable, Sendable {
    let identity: WeChatIdentity

    private enum CodingKeys: String, CodingKey {
        case openID = "openid"
        case sessionKey = "session_key"
        case unionID = "unionid"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let openID = OpenID(try container.decode(String.self, forKey: .openID)) else {
            throw MalformedReply.unusable(field: CodingKeys.openID.rawValue)
        }
        guard let sessionKey = SessionKey(try container.decode(String.self, forKey: .sessionKey)) else {
            throw MalformedReply.unusable(field: CodingKeys.sessionKey.rawValue)
        }
        var unionID: UnionID?
        if let text = try container.decodeIfPresent(String.self, forKey: .unionID), !text.isEmpty {
            unionID = UnionID(text)
            if unionID == nil { throw MalformedReply.unusable(field: CodingKeys.unionID.rawValue) }
        }
        identity = WeChatIdentity(openID: openID, sessionKey: sessionKey, unionID: unionID)
    }
}

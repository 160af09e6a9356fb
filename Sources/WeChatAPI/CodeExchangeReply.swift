import NIOCore

/// WeChat's verdict on a login code: lenient about errors, strict about success.
enum CodeExchangeReply {
    case identity(WeChatIdentity)
    case refusal(errcode: Int)

    /// Reads a reply body, whatever its Content-Type says: WeChat labels it `text/plain`.
    ///
    /// - Parameter body: The whole body.
    /// - Throws: ``MalformedReply``.
    init(body: ByteBuffer) throws(MalformedReply) {
        self = try WireJSON.decode(Fields.self, from: Array(body.readableBytesView)).reply
    }
}

/// The JSON object behind a reply.
private struct Fields: Decodable {
    enum CodingKeys: String, CodingKey {
        case errcode
        case openID = "openid"
        case sessionKey = "session_key"
        case unionID = "unionid"
    }

    let reply: CodeExchangeReply

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let errcode = try Self.errcode(in: container)
        // A refusal stays one whatever else the reply holds, an open ID included.
        guard errcode == 0 else {
            reply = .refusal(errcode: errcode)
            return
        }
        guard let openID = OpenID(try Self.text(.openID, in: container) ?? "") else {
            throw MalformedReply.unusable(field: CodingKeys.openID.rawValue)
        }
        guard let sessionKey = SessionKey(try Self.text(.sessionKey, in: container) ?? "") else {
            throw MalformedReply.unusable(field: CodingKeys.sessionKey.rawValue)
        }
        var unionID: UnionID?
        if let text = try Self.text(.unionID, in: container), !text.isEmpty {
            unionID = UnionID(text)
            if unionID == nil { throw MalformedReply.unusable(field: CodingKeys.unionID.rawValue) }
        }
        reply = .identity(WeChatIdentity(openID: openID, sessionKey: sessionKey, unionID: unionID))
    }

    /// The errcode as a number or as a string; 0 if it is absent or null.
    private static func errcode(in container: KeyedDecodingContainer<CodingKeys>) throws -> Int {
        guard container.contains(.errcode), try !container.decodeNil(forKey: .errcode) else { return 0 }
        if let number = try? container.decode(Int.self, forKey: .errcode) { return number }
        guard let text = try text(.errcode, in: container), let number = Int(text) else {
            throw MalformedReply.unusable(field: CodingKeys.errcode.rawValue)
        }
        return number
    }

    /// A string, or `nil` if it is absent or null.
    private static func text(
        _ key: CodingKeys, in container: KeyedDecodingContainer<CodingKeys>
    ) throws(MalformedReply) -> String? {
        do {
            return try container.decodeIfPresent(String.self, forKey: key)
        } catch {
            throw .unusable(field: key.rawValue)
        }
    }
}

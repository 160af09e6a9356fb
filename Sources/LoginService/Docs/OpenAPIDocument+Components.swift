import KoaKit

/// What several routes share.
extension OpenAPIDocument {
    static let schemas: JSONValue = [
        "Failure": .object(
            APIText("What went wrong; never carries data.", "失败时的返回，不带 data。").members("description") + [
                JSONMember("type", "object"),
                JSONMember(
                    "properties",
                    [
                        "code": ["enum": .array(Failure.Code.allCases.map { .integer(Int64($0.rawValue)) })],
                        "message": JSONSchema.string("not logged in"),
                        "reason": JSONSchema.string("not_logged_in"),
                        "errcode": .object(
                            [JSONMember("type", "integer")]
                                + APIText("WeChat's number, where WeChat refused", "微信返回的 errcode").members(
                                    "description")),
                        "requestId": JSONSchema.string("0190f1c2"),
                    ]),
                JSONMember("required", ["code", "message", "reason"]),
            ]),
        "Profile": JSONSchema.object([
            "userId": JSONSchema.integer(42),
            "nickname": JSONSchema.text("小明"),
            "avatarUrl": JSONSchema.text("https://thirdwx.qlogo.cn/mmopen/vi_32/0"),
            "phone": JSONSchema.text("13012341236"),
            "credit": JSONSchema.integer(100),
        ]),
        "Session": JSONSchema.object([
            "id": JSONSchema.string("pDVs41oVRK7LPAbWvRHdNW4wYNs"),
            "device": ["type": ["string", "null"], "examples": ["iPhone 15"]],
            "createdAt": JSONSchema.optionalTime,
            "lastSeenAt": JSONSchema.optionalTime,
            "expiresAt": JSONSchema.optionalTime,
            "current": JSONSchema.boolean,
        ]),
    ]

    static let securitySchemes: JSONValue = [
        "token": ["type": "apiKey", "in": "header", "name": "token"],
        "bearer": ["type": "http", "scheme": "bearer"],
        "queryToken": ["type": "apiKey", "in": "query", "name": "token"],
    ]
}

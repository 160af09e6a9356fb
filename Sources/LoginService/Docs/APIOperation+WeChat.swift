import KoaKit
import NIOHTTP1

/// For WeChat itself.
extension APIOperation {
    static let weChat: [APIOperation] = [
        APIOperation(
            method: .GET, path: "/wechat/push", id: "verifyPush", tag: .weChat,
            summary: APIText("Answer WeChat's question for the token", "响应微信对 Token 的验证"),
            query: signed + [("echostr", JSONSchema.text("4375120948345356249"))],
            reply: .content("text/plain"),
            failures: [.forbidden]),
        APIOperation(
            method: .POST, path: "/wechat/push", id: "push", tag: .weChat,
            summary: APIText("Take a message that WeChat pushes", "接收微信推送的消息"),
            description: APIText(
                "What a user takes back is erased; who ends the account is logged out everywhere and forgotten.",
                "用户撤回的信息会被清除；注销的用户在所有设备上登出，其个人信息全部清除。"),
            query: signed,
            reply: .content("text/plain"),
            failures: [.forbidden, .payloadTooLarge, .sessionStoreUnavailable, .userStoreUnavailable]),
    ]

    private static let signed: [(name: String, schema: JSONValue)] = [
        ("signature", JSONSchema.text("f464b24fc39322e44b38aa78f5edd27bd1441696")),
        ("timestamp", JSONSchema.text("1714036504")), ("nonce", JSONSchema.text("1514711492")),
    ]
}

import KoaKit
import NIOHTTP1

/// The older systems' routes, in their own shapes.
extension APIOperation {
    private static let error = JSONSchema.object(["err": JSONSchema.string("用户不存在，或未登录。")])

    static let seeds: [APIOperation] = [
        APIOperation(
            method: .POST, path: "/login", id: "seedLogIn", tag: .seeds,
            summary: APIText("Log in; a new user has a credit of 100", "登录；新用户积分为 100"),
            body: JSONSchema.object([
                "code": JSONSchema.string("081Kq4Ga1MSox41kGFa1XwJHtE3Kq4Gq", maximum: 128)
            ]),
            reply: .plain(
                JSONSchema.oneOf(
                    JSONSchema.object(["token": JSONSchema.string("token_pDVs41oVRK7LPAbWvRHdNW4wYNs")]), error)),
            hasOwnFailures: true,
            failures: [
                .loginFailed, .rateLimited, .banned, .forbidden, .weChatUnavailable, .weChatQuota,
                .sessionStoreUnavailable,
                .userStoreUnavailable,
            ]),
        APIOperation(
            method: .GET, path: "/credit", id: "seedCredit", tag: .seeds,
            summary: APIText("Read the own credit", "读取自己的积分"),
            token: .headerOrQuery,
            reply: .plain(JSONSchema.oneOf(JSONSchema.object(["credit": JSONSchema.integer(100)]), error)),
            hasOwnFailures: true,
            failures: [.loginFailed, .sessionStoreUnavailable, .userStoreUnavailable]),
        APIOperation(
            method: .POST, path: "/userinfo", id: "seedUserInfo", tag: .seeds,
            summary: APIText("Store the profile of wx.getUserInfo", "保存 wx.getUserInfo 的用户资料"),
            description: APIText(
                "The signature is checked over rawData as it was received; encryptedData is decrypted with the newest "
                    + "session_key of the user. The body may have 256 KiB. Of data under an older key the reply has "
                    + "`code` 10015 and `reason` stale_session_key beside `err`: call wx.login again.",
                "按收到的 rawData 原文校验签名；用该用户最新的 session_key 解密 encryptedData。请求体最大 256 KiB。"
                    + "若数据由更早的 key 加密，回答在 `err` 之外还有 `code` 10015 和 `reason` stale_session_key：请重新调用 wx.login。"),
            token: .headerOrQuery,
            body: JSONSchema.object([
                "rawData": JSONSchema.text(#"{"nickName":"Band"}"#),
                "signature": JSONSchema.string("75e81ceda165f4ffa64f4068af58c64b8f54b88c"),
                "encryptedData": JSONSchema.text("CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZM"),
                "iv": JSONSchema.string("r7BXXKkLb8qrSNn05n0qiA=="),
            ]),
            reply: .plain(
                JSONSchema.oneOf(
                    JSONSchema.object(["userInfo": ["type": "object", "description": "without openId and unionId"]]),
                    error)),
            hasOwnFailures: true,
            failures: [.loginFailed, .forbidden, .staleSessionKey, .sessionStoreUnavailable, .userStoreUnavailable]),
        APIOperation(
            method: .GET, path: "/checklogin", id: "seedCheckLogin", tag: .seeds,
            summary: APIText("Whether a token is a live session", "token 是否为有效会话"),
            token: .headerOrQuery,
            reply: .plain(JSONSchema.object(["is_login": JSONSchema.boolean])),
            failures: [.sessionStoreUnavailable]),
        APIOperation(
            method: .GET, path: "/auth", id: "seedAuth", tag: .seeds,
            summary: APIText("Log in for a JWT", "登录并获取 JWT"),
            query: [("code", JSONSchema.string("081Kq4Ga1MSox41kGFa1XwJHtE3Kq4Gq", maximum: 128))],
            reply: .plain(
                JSONSchema.object([
                    "code": JSONSchema.string("200"), "message": JSONSchema.string("登录"),
                    "data?": JSONSchema.object(["token": JSONSchema.string("eyJhbGciOiJIUzI1NiJ9.e30.c2ln")]),
                ])),
            hasOwnFailures: true,
            failures: [
                .loginFailed, .rateLimited, .banned, .forbidden, .weChatUnavailable, .weChatQuota,
                .sessionStoreUnavailable,
                .userStoreUnavailable,
            ]),
        APIOperation(
            method: .POST, path: "/isAuth", id: "seedIsAuth", tag: .seeds,
            summary: APIText("Whether a JWT is a live session, and whose", "JWT 是否有效，以及属于谁"),
            body: JSONSchema.object(["token?": JSONSchema.text("eyJhbGciOiJIUzI1NiJ9.e30.c2ln")]),
            reply: .plain(
                JSONSchema.object([
                    "code": ["type": "string", "examples": ["200", "10119", "10200"]],
                    "message": JSONSchema.string("验证成功"), "data?": JSONSchema.string("42"),
                ])),
            hasOwnFailures: true,
            failures: [.sessionStoreUnavailable]),
    ]
}

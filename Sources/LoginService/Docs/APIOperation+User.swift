import KoaKit
import NIOHTTP1

/// The main job: `/user/…`.
extension APIOperation {
    static let user: [APIOperation] = [
        APIOperation(
            method: .POST, path: "/user/wechatlogin", id: "logIn", tag: .login,
            summary: APIText("Log in with a code of wx.login", "用 wx.login 的 code 登录"),
            description: APIText(
                "The same code within 30 s gets the same answer, from one exchange at WeChat. A login that carries the "
                    + "token of another session ends that session.",
                "30 秒内重复提交同一个 code 得到同一个结果，只向微信换取一次。登录时若带着旧 token，旧会话随之结束。"),
            body: JSONSchema.object([
                "code": JSONSchema.string(
                    "081Kq4Ga1MSox41kGFa1XwJHtE3Kq4Gq", maximum: 128, pattern: "^[A-Za-z0-9_-]+$"),
                "deviceName?": JSONSchema.string("iPhone 15", maximum: 64),
                "appid?": JSONSchema.text("wx0123456789abcdef"),
            ]),
            reply: .enveloped(
                JSONSchema.object([
                    "token": JSONSchema.string("f364d8982fd5a66d94a40ea7c23f3173"),
                    "expiresIn": JSONSchema.integer(604_800),
                ])),
            failures: [
                .loginFailed, .rateLimited, .banned, .forbidden, .weChatUnavailable, .weChatQuota,
                .sessionStoreUnavailable,
                .userStoreUnavailable,
            ]),
        APIOperation(
            method: .GET, path: "/user/me", id: "showProfile", tag: .user,
            summary: APIText("Read the own profile", "读取自己的资料"),
            token: .header,
            reply: .enveloped(JSONSchema.reference("Profile")),
            failures: [.loginFailed, .sessionStoreUnavailable, .userStoreUnavailable]),
        APIOperation(
            method: .PUT, path: "/user/info", id: "updateProfile", tag: .user,
            summary: APIText("Change nickname or avatar", "修改昵称或头像"),
            token: .header,
            body: JSONSchema.object([
                "nickname?": JSONSchema.string("小明", maximum: 64),
                "avatarUrl?": JSONSchema.text("https://thirdwx.qlogo.cn/mmopen/vi_32/0"),
            ]),
            reply: .success,
            failures: [.loginFailed, .sessionStoreUnavailable, .userStoreUnavailable]),
        APIOperation(
            method: .POST, path: "/user/login", id: "bindSelfAssertedPhone", tag: .user,
            summary: APIText("Bind a phone by naming it", "直接填写并绑定手机号"),
            description: APIText(
                "Off unless PHONE_SELF_ASSERTED=true, as nothing proves that the phone is the caller's: use "
                    + "POST /user/phone.",
                "默认关闭（PHONE_SELF_ASSERTED=true 时开启），因为无法证明手机号属于调用者；请用 POST /user/phone。"),
            token: .header,
            body: JSONSchema.object([
                "phone": JSONSchema.string("13012341236", maximum: 16, pattern: "^[+]?[0-9]{5,15}$")
            ]),
            reply: .success,
            failures: [.loginFailed, .forbidden, .sessionStoreUnavailable, .userStoreUnavailable]),
        APIOperation(
            method: .POST, path: "/user/phone", id: "bindPhone", tag: .user,
            summary: APIText("Bind the phone that WeChat vouches for", "绑定微信验证过的手机号"),
            description: APIText(
                "With the code of the button getPhoneNumber, which is not one of wx.login.",
                "使用 getPhoneNumber 按钮得到的 code，它不同于 wx.login 的 code。"),
            token: .header,
            body: JSONSchema.object([
                "code": JSONSchema.string(
                    "e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144", maximum: 128,
                    pattern: "^[A-Za-z0-9_-]+$")
            ]),
            reply: .enveloped(
                JSONSchema.object([
                    "phoneNumber": JSONSchema.text("13012341236"), "purePhoneNumber": JSONSchema.text("13012341236"),
                    "countryCode": JSONSchema.text("86"),
                ])),
            failures: [
                .loginFailed, .forbidden, .weChatUnavailable, .weChatQuota, .sessionStoreUnavailable,
                .userStoreUnavailable,
            ]),
        APIOperation(
            method: .POST, path: "/user/verify", id: "verify", tag: .user,
            summary: APIText("Prove again who the user is, with a fresh code", "用新的 code 再次验证身份"),
            description: APIText(
                "With the setting STEP_UP, binding a phone wants a session that was verified shortly before: 10016 with "
                    + "the reason verification_required says so.",
                "开启 STEP_UP 后，绑定手机号要求会话刚刚验证过；否则返回 10016，reason 为 verification_required。"),
            token: .header,
            body: JSONSchema.object([
                "code": JSONSchema.string("081Kq4Ga1MSox41kGFa1XwJHtE3Kq4Gq", maximum: 128, pattern: "^[A-Za-z0-9_-]+$")
            ]),
            reply: .enveloped(JSONSchema.object(["expiresIn": JSONSchema.integer(300)])),
            failures: [
                .loginFailed, .rateLimited, .banned, .forbidden, .weChatUnavailable, .weChatQuota,
                .sessionStoreUnavailable, .userStoreUnavailable,
            ]),
        APIOperation(
            method: .POST, path: "/user/logout", id: "logOut", tag: .sessions,
            summary: APIText("End this session, on every node", "退出登录，所有节点立即生效"),
            token: .header,
            reply: .success,
            failures: [.loginFailed, .sessionStoreUnavailable]),
        APIOperation(
            method: .GET, path: "/user/sessions", id: "listSessions", tag: .sessions,
            summary: APIText("List the own sessions, the newest first", "列出自己的会话，最新的在前"),
            token: .header,
            reply: .enveloped(
                JSONSchema.object(["sessions": JSONSchema.array(of: JSONSchema.reference("Session"))])),
            failures: [.loginFailed, .sessionStoreUnavailable]),
        APIOperation(
            method: .DELETE, path: "/user/sessions", id: "endOtherSessions", tag: .sessions,
            summary: APIText("End all other sessions", "结束其他所有会话"),
            token: .header,
            reply: .enveloped(JSONSchema.object(["ended": JSONSchema.integer(3)])),
            failures: [.loginFailed, .sessionStoreUnavailable]),
        APIOperation(
            method: .DELETE, path: "/user/sessions/:id", id: "endSession", tag: .sessions,
            summary: APIText("End one of the own sessions", "结束自己的某个会话"),
            token: .header,
            reply: .enveloped(JSONSchema.object(["ended": JSONSchema.integer(1)])),
            failures: [.loginFailed, .sessionStoreUnavailable]),
    ]
}

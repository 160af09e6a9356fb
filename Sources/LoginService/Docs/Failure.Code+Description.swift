/// What the document says of the codes of the envelope.
extension Failure.Code {
    /// What a client learns from the code.
    var meaning: APIText {
        switch self {
        case .internalFault: APIText("a fault of the service", "服务内部错误")
        case .loginFailed:
            APIText("WeChat refused the code, or the token is no live session", "微信拒绝了 code，或 token 不是有效会话")
        case .invalidParameter:
            APIText("a field is missing or unusable; the message names it", "参数缺失或不合法，message 指明是哪一个")
        case .malformedBody: APIText("the body is not well-formed JSON", "请求体不是合法的 JSON")
        case .payloadTooLarge: APIText("body, URL or header fields are too large", "请求体、URL 或请求头过大")
        case .unsupportedMediaType: APIText("the body is not application/json", "请求体不是 application/json")
        case .notFound: APIText("no such path", "路径不存在")
        case .methodNotAllowed: APIText("see Allow", "方法不允许，见 Allow")
        case .rateLimited: APIText("too many logins: see Retry-After", "登录过于频繁，见 Retry-After")
        case .banned: APIText("this user may not log in; the message says until when", "该用户被封禁，message 说明截止时间")
        case .weChatUnavailable: APIText("WeChat cannot be asked now", "暂时无法访问微信")
        case .sessionStoreUnavailable: APIText("Redis cannot answer in time", "Redis 未能及时响应")
        case .userStoreUnavailable: APIText("the database cannot answer in time", "数据库未能及时响应")
        case .overloaded: APIText("try again: see Retry-After", "请稍后重试，见 Retry-After")
        case .weChatQuota: APIText("WeChat's quota is spent: see Retry-After", "微信接口配额已用完，见 Retry-After")
        case .staleSessionKey:
            APIText("open data cannot be decrypted: call wx.login again", "无法解密开放数据，请重新调用 wx.login")
        case .forbidden: APIText("authenticated, but not allowed", "已登录，但不允许此操作")
        }
    }

    /// The status where the real one is told.
    var usualStatus: Int {
        switch self {
        case .internalFault: 500
        case .loginFailed: 401
        case .invalidParameter, .malformedBody: 400
        case .payloadTooLarge: 413
        case .unsupportedMediaType: 415
        case .notFound: 404
        case .methodNotAllowed: 405
        case .banned, .forbidden: 403
        case .staleSessionKey: 409
        case .weChatUnavailable: 502
        case .sessionStoreUnavailable, .userStoreUnavailable, .overloaded: 503
        case .rateLimited, .weChatQuota: 429
        }
    }
}

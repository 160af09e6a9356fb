import KoaKit

extension SandboxState {
    /// `GET /sns/component/jscode2session`: code2Session for a third-party platform (WeChat Open Platform API,
    /// thirdpartyCode2Session).
    ///
    /// The platform proves itself by its own token in place of the AppSecret.
    mutating func exchangeCodeForComponent(_ call: APICall) throws(Refusal) -> JSONValue {
        let appid = try call.parameter("appid", orThrow: .missingAppID)
        let code = try call.parameter("js_code", orThrow: .missingCode)
        let component = try call.parameter("component_appid", orThrow: .missingAppID)
        let text = try call.parameter("component_access_token", orThrow: .missingAccessToken)
        try call.requireGET()
        guard call.query["grant_type"] == "authorization_code" else { throw .invalidGrantType }
        guard let token = componentTokens[text], token.component == component else { throw .invalidCredential }
        guard clock.now < token.expiresAt else { throw .expiredAccessToken }
        guard let app = apps[appid] else { throw .invalidAppID }
        guard app.components.contains(component) else { throw .unauthorizedComponent }
        try spendQuota(of: .componentCode2Session, in: app)
        return try spendLoginCode(code, in: app)
    }
}

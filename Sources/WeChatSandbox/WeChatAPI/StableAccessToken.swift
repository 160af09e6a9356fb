import KoaKit

extension SandboxState {
    /// `POST /cgi-bin/stable_token`: the same token until its last five minutes, then a new one beside it (WeChat
    /// Mini Program API, auth.getStableAccessToken).
    ///
    /// Nothing here touches the tokens of `/cgi-bin/token`, nor they these.
    mutating func issueStableAccessToken(_ call: APICall) throws(Refusal) -> JSONValue {
        let body = try call.postedObject()
        let appid = try body.text("appid", orThrow: .missingAppID)
        let secret = try body.text("secret", orThrow: .missingSecret)
        let isForced = try Self.isForced(body)
        let app = try authenticate(appid, secret: secret, grantType: body.text("grant_type"), from: call.clientAddress)
        try spendQuota(of: .stableAccessToken, in: app)
        let now = clock.now
        if isForced, try forcedRefreshes[appid, default: ForcedRefreshes()].admits(at: now) {
            return issueToken(.stable, to: app, overlap: 0).reply(at: now)
        }
        if let token = currentToken(.stable, of: app), token.refusal(at: now) == nil,
            token.remaining(at: now) > AccessToken.overlap
        {
            return token.reply(at: now)
        }
        return issueToken(.stable, to: app, overlap: AccessToken.overlap).reply(at: now)
    }

    private static func isForced(_ body: PostedObject) throws(Refusal) -> Bool {
        switch body.value["force_refresh"] {
        case nil: false
        case .bool(let isForced): isForced
        default: throw .badBody
        }
    }
}

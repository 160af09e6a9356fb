import KoaKit

extension SandboxState {
    /// `GET /cgi-bin/token`: a new token at every call; the one before lives five more minutes (WeChat Mini Program
    /// API, auth.getAccessToken).
    mutating func issueAccessToken(_ call: APICall) throws(Refusal) -> JSONValue {
        let appid = try call.parameter("appid", orThrow: .missingAppID)
        let secret = try call.parameter("secret", orThrow: .missingSecret)
        try call.requireGET()
        let app = try authenticate(
            appid, secret: secret, grantType: call.query["grant_type"], from: call.clientAddress)
        try spendQuota(of: .accessToken, in: app)
        return issueToken(.legacy, to: app, overlap: AccessToken.overlap).reply(at: clock.now)
    }

    /// The app that asks for an access token.
    func authenticate(
        _ appid: String,
        secret: String,
        grantType: String?,
        from address: String
    ) throws(Refusal) -> SandboxApp {
        guard grantType == "client_credential" else { throw .invalidGrantType }
        guard let app = apps[appid] else { throw .invalidAppID }
        guard app.secret == secret else { throw .invalidSecret }
        guard !app.isFrozen else { throw .frozenSecret }
        if let allowed = app.allowedAddresses, !allowed.contains(address) { throw .addressNotAllowed(address) }
        return app
    }
}

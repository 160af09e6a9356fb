extension WeChatClient {
    /// Asks for the mini program's access token.
    ///
    /// WeChat gives everyone the same token until five minutes before its end, then a new one beside it. The call is
    /// made up to three times when WeChat is busy or gives no answer.
    ///
    /// - Parameter forcesRefresh: Whether the token is to be replaced before its time, which ends the old one at once.
    ///   At most twenty times a day and thirty seconds apart; sooner it has no effect. Default: false.
    /// - Returns: The token, and how long it is good.
    /// - Throws: ``WeChatError``; ``WeChatError/Code-swift.struct/misconfigured`` for the operator, for instance with
    ///   40001, 40125, 40164 or 40243.
    /// - SeeAlso: WeChat Mini Program API, auth.getStableAccessToken.
    public func stableAccessToken(forcesRefresh: Bool = false) async throws(WeChatError) -> AccessTokenGrant {
        let request = AccessTokenRequest(
            appID: configuration.appID, secret: configuration.appSecret.exposed, forcesRefresh: forcesRefresh)
        return try await perform(
            WeChatCall<AccessTokenAnswer>(
                "getStableAccessToken", path: "/cgi-bin/stable_token", body: request,
                repetition: forcesRefresh ? .ifUnanswered : .idempotent,
                // There is no token in this call: it is the secret that WeChat does not take.
                meanings: [40_001: .misconfigured])
        ).grant
    }
}

private struct AccessTokenRequest: Encodable {
    let grantType = "client_credential"
    let appID: String
    let secret: String
    let forcesRefresh: Bool

    private enum CodingKeys: String, CodingKey {
        case grantType = "grant_type"
        case appID = "appid"
        case secret
        case forcesRefresh = "force_refresh"
    }
}

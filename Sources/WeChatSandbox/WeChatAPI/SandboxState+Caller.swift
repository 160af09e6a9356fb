extension SandboxState {
    /// The app whose access token the call carries, in its query: WeChat looks nowhere else.
    mutating func caller(_ call: APICall, of endpoint: SandboxEndpoint) throws(Refusal) -> SandboxApp {
        let text = try call.parameter("access_token", orThrow: .missingAccessToken)
        guard AccessToken.isShape(of: text) else { throw .invalidAccessToken }
        guard let token = tokens[text], let app = apps[token.appid] else { throw .invalidCredential }
        if let refusal = token.refusal(at: clock.now) { throw refusal }
        try spendQuota(of: endpoint, in: app)
        return app
    }
}

import KoaKit

extension SandboxState {
    /// `GET /wxa/checksession`: whether a session_key is the user's current one (WeChat Mini Program API,
    /// auth.checkSessionKey).
    mutating func checkSessionKey(_ call: APICall) throws(Refusal) -> JSONValue {
        let app = try caller(call, of: .checkSessionKey)
        _ = try signedUser(call, in: app)
        return ["errcode": 0, "errmsg": "ok"]
    }

    /// The user whose session_key signed the call.
    func signedUser(_ call: APICall, in app: SandboxApp) throws(Refusal) -> UserID {
        try call.requireGET()
        let openID = try call.parameter("openid", orThrow: .invalidOpenID)
        guard let id = openIDs[openID], id.appid == app.appid, let user = users[id] else { throw .invalidOpenID }
        guard call.query["sig_method"] == "hmac_sha256" else { throw .invalidSignatureMethod }
        let signature = try call.parameter("signature", orThrow: .badSessionSignature)
        guard !user.hasExpiredKey(at: clock.now), signature == SessionKey(user.sessionKey).loginStateSignature(of: "")
        else { throw .badSessionSignature }
        return id
    }
}

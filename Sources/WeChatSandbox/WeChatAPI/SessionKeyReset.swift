import KoaKit

extension SandboxState {
    /// `GET /wxa/resetusersessionkey`: replaces a session_key, which keeps the expiry of the old one (WeChat Mini
    /// Program API, auth.resetUserSessionKey).
    mutating func resetSessionKey(_ call: APICall) throws(Refusal) -> JSONValue {
        let app = try caller(call, of: .resetSessionKey)
        let id = try signedUser(call, in: app)
        var user = user(id)
        guard user.admitsReset(at: clock.now) else { throw .tooManyCalls }
        user.resetSessionKey(at: clock.now)
        keep(user, as: id)
        return [
            "errcode": 0, "errmsg": "ok", "openid": .string(Identifiers.openID(of: id)),
            "session_key": .string(user.sessionKey),
        ]
    }
}

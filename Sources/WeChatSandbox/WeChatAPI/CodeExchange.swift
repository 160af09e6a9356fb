import KoaKit

extension SandboxState {
    /// One success in so many has a member that the documentation does not name, as WeChat's had `expires_in` once.
    private static let unknownMemberPeriod = 10

    /// `GET /sns/jscode2session`: exchanges a login code for a session (WeChat Mini Program API, auth.code2Session).
    ///
    /// The order of the checks is what forum posts show: nothing documents it.
    mutating func exchangeCode(_ call: APICall) throws(Refusal) -> JSONValue {
        // A POST carries its parameters in a body that is not read, so most of them end here.
        let appid = try call.parameter("appid", orThrow: .missingAppID)
        let secret = try call.parameter("secret", orThrow: .missingSecret)
        let code = try call.parameter("js_code", orThrow: .missingCode)
        try call.requireGET()
        guard call.query["grant_type"] == "authorization_code" else { throw .invalidGrantType }
        guard let app = apps[appid] else { throw .invalidAppID }
        guard app.secret == secret else { throw .invalidSecret }
        try spendQuota(of: .code2Session, in: app)
        return try spendLoginCode(code, in: app)
    }

    /// What a login code is worth to an app that has proved to be itself.
    mutating func spendLoginCode(_ text: String, in app: SandboxApp) throws(Refusal) -> JSONValue {
        let now = clock.now
        guard var code = codes[text], code.user.appid == app.appid, !code.isExpired(at: now) else { throw .invalidCode }
        let id = code.user
        var user = user(id)
        let isAdmitted = user.admitsCall(at: now)
        keep(user, as: id)
        guard isAdmitted else { throw .tooManyCalls }
        guard !code.isUsed else { throw .usedCode }
        guard !user.isHighRisk else { throw .blockedCode }
        code.isUsed = true
        codes.set(code, for: text)
        successes += 1
        // A success carries neither errcode nor errmsg.
        var members = [
            JSONMember("session_key", .string(user.sessionKey)),
            JSONMember("openid", .string(Identifiers.openID(of: id))),
        ]
        if let unionID = app.unionID(of: id.name) { members.append(JSONMember("unionid", .string(unionID))) }
        if successes.isMultiple(of: Self.unknownMemberPeriod) { members.append(JSONMember("expires_in", 7_200)) }
        return .object(members)
    }
}

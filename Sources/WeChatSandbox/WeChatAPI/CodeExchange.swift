/// The parameters of a call to code2Session; empty is what WeChat takes for missing.
struct CodeExchangeRequest: Sendable {
    var isGET: Bool
    var appid: String
    var secret: String
    var code: String
    var grantType: String
}

/// What code2Session answers when it does not refuse.
struct CodeExchangeReply: Sendable {
    var openID: String
    var sessionKey: String
    var unionID: String?
    /// Whether the reply has a member that the documentation does not name.
    var hasUnknownMember: Bool
}

extension SandboxState {
    /// One success in so many has a member that the documentation does not name, as WeChat's had `expires_in` once.
    private static let unknownMemberPeriod = 10

    /// Exchanges a login code for a session (WeChat Mini Program API, auth.code2Session).
    ///
    /// The order of the checks is what forum posts show: nothing documents it.
    mutating func exchange(_ request: CodeExchangeRequest) throws(Refusal) -> CodeExchangeReply {
        // A POST carries its parameters in a body that is not read, so most of them end here.
        guard !request.appid.isEmpty else { throw .missingAppID }
        guard !request.secret.isEmpty else { throw .missingSecret }
        guard !request.code.isEmpty else { throw .missingCode }
        guard request.isGET else { throw .needsGET }
        guard request.grantType == "authorization_code" else { throw .invalidGrantType }
        guard let app = apps[request.appid] else { throw .invalidAppID }
        guard app.secret == request.secret else { throw .invalidSecret }
        return try spend(request.code, in: app)
    }

    private mutating func spend(_ text: String, in app: SandboxApp) throws(Refusal) -> CodeExchangeReply {
        let now = clock.now
        guard var code = codes[text], code.user.appid == app.appid, !code.isExpired(at: now) else { throw .invalidCode }
        let id = code.user
        var user = users[id] ?? SandboxUser(named: id.name, at: now)
        let isAdmitted = user.admitsCall(at: now)
        users.set(user, for: id)
        guard isAdmitted else { throw .tooManyCalls }
        guard !code.isUsed else { throw .usedCode }
        guard !user.isHighRisk else { throw .blockedCode }
        code.isUsed = true
        codes.set(code, for: text)
        successes += 1
        return CodeExchangeReply(
            openID: Identifiers.openID(of: id.name, in: app.appid),
            sessionKey: user.sessionKey,
            unionID: app.openPlatformAccount.map { Identifiers.unionID(of: id.name, in: $0) },
            hasUnknownMember: successes.isMultiple(of: Self.unknownMemberPeriod)
        )
    }
}

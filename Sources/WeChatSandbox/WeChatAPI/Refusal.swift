/// A refusal of WeChat's: a number, and a text that no client should match on (WeChat global return codes).
struct Refusal: Error, Hashable, Sendable {
    let errcode: Int
    let text: String

    static let systemError = Self(errcode: -1, text: "system error")
    static let noSuchData = Self(errcode: 1, text: "data not exit")
    static let invalidCredential = Self(
        errcode: 40_001, text: "invalid credential, access_token is invalid or not latest")
    static let invalidGrantType = Self(errcode: 40_002, text: "invalid grant_type")
    static let invalidOpenID = Self(errcode: 40_003, text: "invalid openid")
    static let invalidAppID = Self(errcode: 40_013, text: "invalid appid")
    static let invalidAccessToken = Self(errcode: 40_014, text: "invalid access_token")
    static let invalidCode = Self(errcode: 40_029, text: "invalid code")
    static let invalidTemplate = Self(errcode: 40_037, text: "invalid template_id")
    static let noSuchPath = Self(errcode: 40_066, text: "invalid url")
    static let invalidArguments = Self(errcode: 40_097, text: "invalid args")
    static let invalidSecret = Self(errcode: 40_125, text: "invalid appsecret")
    static let invalidScene = Self(errcode: 40_129, text: "invalid scene")
    static let usedCode = Self(errcode: 40_163, text: "code been used")
    static let blockedCode = Self(errcode: 40_226, text: "code blocked")
    static let frozenSecret = Self(errcode: 40_243, text: "AppSecret is frozen, please unfreeze it and call again")
    static let missingAccessToken = Self(errcode: 41_001, text: "access_token missing")
    static let missingAppID = Self(errcode: 41_002, text: "appid missing")
    static let missingSecret = Self(errcode: 41_004, text: "appsecret missing")
    static let missingCode = Self(errcode: 41_008, text: "missing code")
    static let expiredAccessToken = Self(errcode: 42_001, text: "access_token expired")
    static let needsGET = Self(errcode: 43_001, text: "require GET method")
    static let needsPOST = Self(errcode: 43_002, text: "require POST method")
    static let userRefusesMessages = Self(errcode: 43_101, text: "user refuse to accept the msg")
    static let foreignOpenID = Self(errcode: 43_104, text: "appid not match openid")
    static let emptyBody = Self(errcode: 44_002, text: "empty post data")
    static let contentTooLong = Self(errcode: 45_002, text: "content size out of limit")
    static let dayQuotaSpent = Self(errcode: 45_009, text: "reach max api daily quota limit")
    static let tooManyCalls = Self(
        errcode: 45_011, text: "api minute-quota reach limit, must slower, retry next minute")
    static let badBody = Self(errcode: 47_001, text: "data format error")
    static let invalidMessageData = Self(errcode: 47_003, text: "argument invalid! data is invalid")
    static let unauthorizedComponent = Self(errcode: 61_003, text: "component is not authorized by this account")
    static let userNotActive = Self(errcode: 61_010, text: "code is expired")
    static let invalidSignatureMethod = Self(errcode: 87_008, text: "invalid sig_method")
    static let badSessionSignature = Self(errcode: 87_009, text: "invalid signature")

    /// For a server whose address is not on the app's list.
    static func addressNotAllowed(_ address: String) -> Self {
        Self(errcode: 40_164, text: "invalid ip \(address), not in whitelist")
    }

    /// The text as an API says it; the suffixes were seen in forum posts.
    func message(from endpoint: SandboxEndpoint) -> String {
        let path = endpoint.path
        if path.hasPrefix("/sns/") { return "\(text), hints: [ req_id: \(Identifiers.makeSNSRequestID()) ]" }
        guard path.hasPrefix("/cgi-bin/") else { return gatewayMessage }
        return "\(text), hint: [\(Identifiers.makeHint())] rid: \(Identifiers.makeGatewayRequestID())"
    }

    /// The text with the suffix that most APIs give it.
    var gatewayMessage: String { "\(text) rid: \(Identifiers.makeGatewayRequestID())" }
}

/// A refusal of WeChat's: a number, and a text that no client should match on.
struct Refusal: Error, Hashable, Sendable {
    let errcode: Int
    let text: String

    static let systemError = Self(errcode: -1, text: "system error")
    static let invalidGrantType = Self(errcode: 40_002, text: "invalid grant_type")
    static let invalidAppID = Self(errcode: 40_013, text: "invalid appid")
    static let invalidCode = Self(errcode: 40_029, text: "invalid code")
    static let noSuchPath = Self(errcode: 40_066, text: "invalid url")
    static let invalidSecret = Self(errcode: 40_125, text: "invalid appsecret")
    static let usedCode = Self(errcode: 40_163, text: "code been used")
    static let blockedCode = Self(errcode: 40_226, text: "code blocked")
    static let missingAppID = Self(errcode: 41_002, text: "appid missing")
    static let missingSecret = Self(errcode: 41_004, text: "appsecret missing")
    static let missingCode = Self(errcode: 41_008, text: "missing code")
    static let needsGET = Self(errcode: 43_001, text: "require GET method")
    static let tooManyCalls = Self(
        errcode: 45_011, text: "api minute-quota reach limit, must slower, retry next minute")

    /// The text with the suffix that `sns/…` gives it, seen in forum posts.
    var snsMessage: String { "\(text), hints: [ req_id: \(Identifiers.makeSNSRequestID()) ]" }

    /// The text with the suffix that the other APIs give it, seen in forum posts.
    var gatewayMessage: String { "\(text) rid: \(Identifiers.makeGatewayRequestID())" }
}

import KoaKit
import NIOCore
import WeChatAPI

/// How the exchange of a code ended, as nodes tell each other through Redis.
enum ExchangeOutcome {
    case identity(LoginIdentity)
    case refusal(Failure)

    func identity() throws(Failure) -> LoginIdentity {
        switch self {
        case .identity(let identity): return identity
        case .refusal(let failure): throw failure
        }
    }

    var json: String {
        var members: [JSONMember]
        switch self {
        case .identity(let identity):
            members = [
                JSONMember("openid", .string(identity.openID.rawValue)), JSONMember("login", .string(identity.loginID)),
            ]
            if let unionID = identity.unionID { members.append(JSONMember("unionid", .string(unionID.rawValue))) }
        case .refusal(let failure):
            members = [JSONMember("errcode", .integer(Int64(failure.errcode ?? 0)))]
        }
        return JSONValue.object(members).text
    }

    /// Nil for a claim that is still pending.
    init?(json: ByteBuffer) {
        guard let value = try? JSONValue(parsing: json) else { return nil }
        if let errcode = value["errcode"]?.integerValue {
            self = .refusal(Failure(WeChatError(errcode: Int(errcode))))
        } else if let openID = value["openid"]?.stringValue.flatMap({ OpenID($0) }),
            let loginID = value["login"]?.stringValue
        {
            let unionID = value["unionid"]?.stringValue.flatMap { UnionID($0) }
            self = .identity(
                LoginIdentity(openID: openID, unionID: unionID, loginID: loginID, mayBeRepetition: true))
        } else {
            return nil
        }
    }
}

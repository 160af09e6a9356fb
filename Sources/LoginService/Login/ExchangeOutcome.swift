import KoaKit
import NIOCore
import WeChatAPI

/// How the exchange of a code ended, as nodes tell each other through Redis.
enum ExchangeOutcome {
    case identity(LoginIdentity, use: CodeUse)
    /// Of the code, whatever it was for.
    case refusal(Failure)

    /// What an arrival of the code for a use gets.
    func identity(for use: CodeUse) throws(Failure) -> LoginIdentity {
        switch self {
        case .identity(let identity, use): return identity
        case .identity: throw Failure(WeChatError(errcode: 40_163))
        case .refusal(let failure): throw failure
        }
    }

    /// Without the session key, which is stored elsewhere.
    var json: String {
        var members: [JSONMember]
        switch self {
        case .identity(let identity, let use):
            members = [
                JSONMember("openid", .string(identity.openID.rawValue)), JSONMember("login", .string(identity.loginID)),
                JSONMember("at", .integer(identity.exchangedAt)), JSONMember("use", .string(use.rawValue)),
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
            let loginID = value["login"]?.stringValue, let exchangedAt = value["at"]?.integerValue,
            let use = value["use"]?.stringValue
        {
            let unionID = value["unionid"]?.stringValue.flatMap { UnionID($0) }
            self = .identity(
                LoginIdentity(
                    openID: openID, unionID: unionID, loginID: loginID, exchangedAt: exchangedAt,
                    mayBeRepetition: true),
                use: CodeUse(rawValue: use))
        } else {
            return nil
        }
    }
}

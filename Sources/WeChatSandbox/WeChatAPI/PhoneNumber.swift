import FoundationEssentials
import KoaKit

extension SandboxState {
    /// `POST /wxa/business/getuserphonenumber`: exchanges a phone code for the number (WeChat Mini Program API,
    /// phonenumber.getPhoneNumber).
    mutating func spendPhoneCode(_ call: APICall) throws(Refusal) -> JSONValue {
        let app = try caller(call, of: .phoneNumber)
        let body = try call.postedObject()
        let text = try body.text("code", orThrow: .missingCode)
        // A login code is not known here, and that is all WeChat says of it.
        guard var code = phoneCodes[text], !code.isUsed, !code.isExpired(at: clock.now) else { throw .invalidCode }
        guard code.user.appid == app.appid else { throw .invalidAppID }
        if let openID = body.value["openid"] {
            guard openID.stringValue == Identifiers.openID(of: code.user) else { throw .invalidOpenID }
        }
        code.isUsed = true
        phoneCodes.set(code, for: text)
        var members = code.phone.members
        members.append(JSONMember("watermark", .watermark(appid: app.appid, at: code.issuedAt)))
        return ["errcode": 0, "errmsg": "ok", "phone_info": .object(members)]
    }
}

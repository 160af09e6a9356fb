import KoaKit

extension SandboxState {
    /// `POST /cgi-bin/message/subscribe/send`: sends a user a message that they asked for (WeChat Mini Program API,
    /// subscribe-message.sendMessage).
    mutating func sendSubscribeMessage(_ call: APICall) throws(Refusal) -> JSONValue {
        let app = try caller(call, of: .sendSubscribeMessage)
        let body = try call.postedObject()
        guard let id = openIDs[try body.text("touser", orThrow: .invalidOpenID)], id.appid == app.appid,
            var user = users[id]
        else { throw .invalidOpenID }
        let template = try body.text("template_id", orThrow: .invalidTemplate)
        guard templates[template] != nil else { throw .invalidTemplate }
        guard case .object(let fields) = body.value["data"], !fields.isEmpty,
            fields.allSatisfy({ $0.value["value"]?.stringValue?.isEmpty == false })
        else { throw .invalidMessageData }
        guard user.spendSubscription(to: template) else { throw .userRefusesMessages }
        keep(user, as: id)
        return ["errcode": 0, "errmsg": "ok"]
    }
}

import KoaKit
import WeChatSandbox

/// A profile as WeChat gives it to a mini program.
enum OpenProfile {
    static let data: JSONValue = [
        "nickName": "Band", "gender": 1, "language": "zh_CN", "city": "广州", "province": "Guangdong",
        "country": "CN", "avatarUrl": "http://wx.qlogo.cn/mmopen/vi_32/a/0",
    ]
    /// What `/userinfo` says of data under another key.
    static let stale =
        #"{"err":"the data is not under the key of the latest login: call wx.login again","code":10015,"#
        + #""reason":"stale_session_key"}"#
}

extension Backends {
    /// What a mini program of a user sends to `/userinfo`.
    func openData(_ data: JSONValue, of user: String = "alice") throws -> JSONValue {
        let made = try sandbox.makeOpenData(data, for: user)
        return [
            "rawData": .string(made.rawData), "signature": .string(made.signature),
            "encryptedData": .string(made.encryptedData), "iv": .string(made.iv),
        ]
    }
}

extension JSONValue {
    /// The same object with another value of a member.
    func with(_ name: String, _ value: JSONValue?) -> JSONValue {
        .object(members.filter { $0.name != name } + (value.map { [JSONMember(name, $0)] } ?? []))
    }
}

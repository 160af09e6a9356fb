import KoaKit
import NIOCore
import WeChatAPI

extension Session {
    /// The beginning of the value in Redis, whose times and closing brace are added where Redis's clock is known.
    ///
    /// The names `openid` and `userId` are fixed, since other systems read them.
    static func head(owner: SessionOwner, device: DeviceLabel?, identifier: String) -> String {
        var members = [
            JSONMember("openid", .string(owner.openID.rawValue)), JSONMember("userId", .integer(owner.userID)),
        ]
        if let appID = owner.appID { members.append(JSONMember("appid", .string(appID))) }
        if let device { members.append(JSONMember("device", .string(device.rawValue))) }
        members.append(JSONMember("sid", .string(identifier)))
        return String(Substring(JSONValue.object(members).text.utf8.dropLast()))
    }

    /// How a device stands in the value, and nothing else does: a quote inside of another string is escaped.
    static func member(_ device: DeviceLabel) -> String {
        ",\"device\":" + JSONValue.string(device.rawValue).text + ",\"sid\":"
    }

    /// Reads what Redis holds; nil for a value of somebody else's.
    init?(json: ByteBuffer) {
        if let session = SessionScanner.session(in: json) {
            self = session
        } else if let value = try? JSONValue(parsing: json) {
            self.init(value)
        } else {
            return nil
        }
    }

    /// Reads a parsed value: `openid` and `userId` count, and whatever else it has is somebody else's matter.
    init?(_ value: JSONValue) {
        guard let openID = value["openid"]?.stringValue.flatMap({ OpenID($0) }),
            let userID = value["userId"]?.integerValue
        else { return nil }
        let owner = SessionOwner(openID: openID, userID: userID, appID: value["appid"]?.stringValue)
        self.init(owner: owner, times: Times(value))
    }
}

extension Session.Times {
    init?(_ value: JSONValue) {
        guard let createdAt = value["iat"]?.integerValue, let expiresAt = value["exp"]?.integerValue,
            let lastSeenAt = value["seen"]?.integerValue, let generation = value["gen"]?.integerValue
        else { return nil }
        // Another system's numbers could be any; with these no sum of ours overflows.
        let numbers = [createdAt, expiresAt, lastSeenAt, generation]
        guard numbers.allSatisfy({ (0..<1_000_000_000_000_000_000).contains($0) }) else { return nil }
        self.init(createdAt: createdAt, expiresAt: expiresAt, lastSeenAt: lastSeenAt, generation: generation)
    }
}

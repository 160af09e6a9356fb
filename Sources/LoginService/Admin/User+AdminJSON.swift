import FoundationEssentials
import KoaKit
import WeChatAPI

extension User {
    /// What an operator sees: enough to know the user by, and of openid and phone no more than that.
    var adminJSON: JSONValue {
        [
            "id": .integer(id),
            "appid": .string(appID),
            "openid": .string(openID.rawValue.shortened(to: 4)),
            "nickname": nickname.map(JSONValue.string) ?? nil,
            "phone": phone.map { .string($0.shortened(to: 3)) } ?? nil,
            "credit": .integer(credit),
            "state": .integer(state),
            "bannedUntil": bannedUntil.flatMap { $0 > .now ? Self.end($0) : nil } ?? nil,
            "createdAt": .string(createdAt.formatted(.iso8601)),
            "lastSeenAt": lastSeenAt.map { .string($0.formatted(.iso8601)) } ?? nil,
        ]
    }

    /// When a ban ends, as requests say it.
    static func end(_ date: Date) -> JSONValue {
        .string(date.timeIntervalSinceNow > 100 * 366 * 86_400 ? "forever" : date.formatted(.iso8601))
    }
}

extension String {
    /// The first and the last characters, if there is more between them than they are.
    fileprivate func shortened(to length: Int) -> String {
        count > 3 * length ? "\(prefix(length))…\(suffix(length))" : "…\(suffix(min(length, count / 3)))"
    }
}

extension ListedSession {
    /// What an operator sees.
    var adminJSON: JSONValue {
        guard case .object(let members) = SessionRoutes.json(self) else { return nil }
        return .object(members.filter { $0.name != "current" })
    }
}

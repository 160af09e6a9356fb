import FoundationEssentials
import RelationalStore
import WeChatAPI

/// A user of a sir-koa database: a row of its table `user(id, nickname, phone, weapp_openid, …)`.
struct ImportedUser: Sendable {
    let id: Int64
    let openID: OpenID
    var nickname: String?
    var phone: PhoneNumber?
    /// A phone that is none, or belongs to an earlier user: the user comes without it.
    var hasLostPhone = false
    var hasLostNickname = false

    /// Reads a row; nil for one without an openid, which nobody could log in as.
    init?(_ row: SQLRow) throws(SQLError) {
        id = try row.value("id")
        guard let text = try row.value("weapp_openid", as: String?.self), let openID = OpenID(text) else { return nil }
        self.openID = openID
        nickname = try row.value("nickname", as: String?.self).flatMap { $0.isEmpty ? nil : $0 }
        if let name = nickname, (try? Profile.check(ProfileChange(nickname: name))) == nil {
            nickname = nil
            hasLostNickname = true
        }
        guard let text = try Self.text(row, "phone"), !text.isEmpty else { return }
        phone = PhoneNumber(text)
        hasLostPhone = phone == nil
    }

    /// Older tables hold phones as text or as numbers.
    private static func text(_ row: SQLRow, _ column: String) throws(SQLError) -> String? {
        switch try row.value(column, as: SQLValue.self) {
        case .integer(let number): String(number)
        case .text(let text): text.filter { !$0.isWhitespace }
        default: nil
        }
    }
}

import FoundationEssentials
import RelationalStore
import WeChatAPI

/// Erasing what users take back; each statement may be repeated.
extension RelationalUserStore {
    private static let findID = SQLText(
        "SELECT id FROM users WHERE app_id = ? AND open_id = ?", name: "users.findID")
    private static let eraseNickname = SQLText(
        "UPDATE users SET nickname = NULL WHERE id = ?", name: "users.eraseNickname")
    private static let eraseAvatar = SQLText(
        "UPDATE users SET avatar_url = NULL WHERE id = ?", name: "users.eraseAvatar")
    private static let erasePhone = SQLText("UPDATE users SET phone = NULL WHERE id = ?", name: "users.erasePhone")
    private static let forget = SQLText(
        """
        UPDATE users SET nickname = NULL, avatar_url = NULL, phone = NULL, union_id = NULL,
            open_id = CASE WHEN banned_until > ? THEN open_id ELSE ? END
        WHERE id = ?
        """,
        name: "users.forget")

    func userID(appID: String, openID: OpenID) async throws(Failure) -> Int64? {
        do {
            return try await database.query(SQLStatement(Self.findID, appID, openID.rawValue)).first?.value("id")
        } catch {
            throw .userStoreUnavailable(error)
        }
    }

    func erase(_ data: PersonalData, of id: Int64) async throws(Failure) {
        let statements = [
            (PersonalData.nickname, Self.eraseNickname), (.avatar, Self.eraseAvatar), (.phone, Self.erasePhone),
        ]
        do {
            for (kind, text) in statements where data.contains(kind) {
                _ = try await database.execute(SQLStatement(text, id))
            }
        } catch {
            throw .userStoreUnavailable(error)
        }
    }

    func forget(_ id: Int64) async throws(Failure) {
        do {
            let statement = SQLStatement(Self.forget, Date().microseconds, "erased:\(id)", id)
            _ = try await database.execute(statement)
        } catch {
            throw .userStoreUnavailable(error)
        }
    }
}

import FoundationEssentials
import RelationalStore

/// Changes of a user: each is one statement, so that none is lost between two nodes.
///
/// A request may be late, and its user have ended the account meanwhile: an erased row takes no personal data again.
extension RelationalUserStore {
    private static let change = SQLText(
        """
        UPDATE users SET nickname = COALESCE(?, nickname), avatar_url = COALESCE(?, avatar_url)
        WHERE id = ? AND open_id NOT LIKE 'erased:%'
        """,
        name: "users.change")
    private static let bind = SQLText(
        "UPDATE users SET phone = ? WHERE id = ? AND open_id NOT LIKE 'erased:%'", name: "users.bind")
    private static let otherOwner = SQLText(
        """
        SELECT other.id FROM users AS me JOIN users AS other ON other.app_id = me.app_id
        WHERE me.id = ? AND other.phone = ? AND other.id <> me.id
        """, name: "users.findByPhone")
    private static let ban = SQLText("UPDATE users SET banned_until = ? WHERE id = ?", name: "users.ban")
    private static let addCredit = SQLText(
        "UPDATE users SET credit = credit + ? WHERE id = ? AND credit BETWEEN ? AND ?", name: "users.addCredit")
    private static let credit = SQLText("SELECT credit FROM users WHERE id = ?", name: "users.credit")

    func update(_ id: Int64, _ change: ProfileChange) async throws(Failure) -> Bool {
        do {
            let statement = SQLStatement(Self.change, change.nickname, change.avatarURL, id)
            return try await database.execute(statement).changes > 0
        } catch {
            throw .userStoreUnavailable(error)
        }
    }

    func bind(_ phone: PhoneNumber, to id: Int64) async throws(Failure) -> PhoneBinding {
        do {
            // Asked first, because a server that refuses a second owner writes the phone into its log.
            let owner = try await database.query(SQLStatement(Self.otherOwner, id, phone.rawValue))
            guard owner.isEmpty else { return .takenByAnother }
            let result = try await database.execute(SQLStatement(Self.bind, phone.rawValue, id))
            return result.changes > 0 ? .bound : .noSuchUser
        } catch {
            // The unique key is what decides between two who come at once.
            if error.kind == .uniqueViolation { return .takenByAnother }
            throw .userStoreUnavailable(error)
        }
    }

    func ban(_ id: Int64, until: Date?) async throws(Failure) -> Bool {
        do {
            return try await database.execute(SQLStatement(Self.ban, until?.microseconds, id)).changes > 0
        } catch {
            throw .userStoreUnavailable(error)
        }
    }

    func changeCredit(of id: Int64, by amount: Int64) async throws(Failure) -> CreditChange {
        // What the credit must be for the sum to stay between zero and the largest number.
        let least: Int64 = amount < 0 ? -max(amount, -.max) : 0
        // No credit is large enough to spare the smallest number.
        let most: Int64 = amount == .min ? -1 : amount > 0 ? .max - amount : .max
        do {
            return try await database.withTransaction { session in
                let isChanged = try session.execute(SQLStatement(Self.addCredit, amount, id, least, most)).changes > 0
                guard let row = try session.query(SQLStatement(Self.credit, id)).first else { return .noSuchUser }
                return isChanged ? .changed(balance: try row.value("credit")) : .outOfRange
            }
        } catch {
            throw .userStoreUnavailable(error)
        }
    }
}

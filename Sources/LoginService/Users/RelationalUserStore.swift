import FoundationEssentials
import RelationalStore
import WeChatAPI

/// Users in a relational database.
struct RelationalUserStore: UserStore {
    let database: any RelationalDatabase

    private static let find: SQLText = "SELECT id FROM users WHERE app_id = ? AND open_id = ?"
    private static let create = SQLText(
        sqlite: """
            INSERT INTO users (app_id, open_id, union_id, created_at) VALUES (?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
        mysql: "INSERT INTO users (app_id, open_id, union_id, created_at) VALUES (?, ?, ?, ?)",
        postgresql: """
            INSERT INTO users (app_id, open_id, union_id, created_at) VALUES (?, ?, ?, ?)
            ON CONFLICT DO NOTHING RETURNING id
            """
    )
    private static let read: SQLText =
        "SELECT id, nickname, avatar_url, phone, credit FROM users WHERE id = ?"
    private static let change: SQLText =
        "UPDATE users SET nickname = COALESCE(?, nickname), avatar_url = COALESCE(?, avatar_url) WHERE id = ?"

    /// SELECT, then INSERT, then SELECT.
    ///
    /// Nearly every login is the first SELECT alone, which takes no lock and burns no id, and a lost race ends in the
    /// second. Each statement stands alone, outside any older snapshot.
    func findOrCreate(appID: String, openID: OpenID, unionID: UnionID?) async throws(Failure) -> Int64 {
        do {
            // A row can go between a lost INSERT and the SELECT; thrice in a row it does not.
            for _ in 0..<3 {
                let rows = try await database.query(SQLStatement(Self.find, appID, openID.rawValue))
                if let row = rows.first { return try row.value("id", as: Int64.self) }
                if let id = try await insert(appID, openID, unionID) { return id }
            }
            throw SQLError(.retryTransaction, message: "the user was neither found nor inserted")
        } catch {
            throw .userStoreUnavailable(error)
        }
    }

    /// The id of the new row; nil when another caller was first.
    private func insert(_ appID: String, _ openID: OpenID, _ unionID: UnionID?) async throws(SQLError) -> Int64? {
        let now = Int64(Date().timeIntervalSince1970 * 1_000_000)
        do {
            let result = try await database.execute(
                SQLStatement(Self.create, appID, openID.rawValue, unionID?.rawValue, now))
            return result.changes == 1 ? result.lastInsertID : nil
        } catch {
            guard error.kind == .uniqueViolation else { throw error }
            return nil
        }
    }

    func user(_ id: Int64) async throws(Failure) -> User? {
        do {
            guard let row = try await database.query(SQLStatement(Self.read, id)).first else { return nil }
            return User(
                id: try row.value("id", as: Int64.self),
                nickname: try row.value("nickname", as: String?.self),
                avatarURL: try row.value("avatar_url", as: String?.self),
                phone: try row.value("phone", as: String?.self),
                credit: try row.value("credit", as: Int64.self)
            )
        } catch {
            throw .userStoreUnavailable(error)
        }
    }

    func update(_ id: Int64, _ change: ProfileChange) async throws(Failure) -> Bool {
        do {
            let result = try await database.execute(
                SQLStatement(Self.change, change.nickname, change.avatarURL, id))
            if result.changes > 0 { return true }
            // MySQL counts a row that already had these values as unchanged.
            return try await !database.query(SQLStatement(Self.read, id)).isEmpty
        } catch {
            throw .userStoreUnavailable(error)
        }
    }

    func ping() async throws(Failure) {
        do {
            try await database.ping()
        } catch {
            throw .userStoreUnavailable(error)
        }
    }
}

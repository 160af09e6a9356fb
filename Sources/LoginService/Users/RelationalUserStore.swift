import FoundationEssentials
import RelationalStore
import WeChatAPI

/// Users in a relational database.
struct RelationalUserStore: UserStore {
    let database: any RelationalDatabase

    /// A login later than this after the last one is noted: one that noted each would write for each.
    static let lastSeenPrecision: TimeInterval = 3_600

    private static let find = SQLText(
        "SELECT id, banned_until, last_seen_at FROM users WHERE app_id = ? AND open_id = ?", name: "users.find")
    private static let create = SQLText(
        name: "users.create",
        sqlite: """
            INSERT INTO users (app_id, open_id, union_id, created_at, last_seen_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
        mysql: "INSERT INTO users (app_id, open_id, union_id, created_at, last_seen_at) VALUES (?, ?, ?, ?, ?)",
        postgresql: """
            INSERT INTO users (app_id, open_id, union_id, created_at, last_seen_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING RETURNING id
            """
    )
    private static let see = SQLText(
        """
        UPDATE users SET last_seen_at = ?, union_id = COALESCE(?, union_id)
        WHERE id = ? AND open_id NOT LIKE 'erased:%'
        """,
        name: "users.see")
    private static let read = SQLText(
        """
        SELECT id, app_id, open_id, nickname, avatar_url, phone, credit, state, banned_until, created_at, last_seen_at
        FROM users WHERE id = ?
        """,
        name: "users.read")

    /// SELECT, then INSERT, then SELECT.
    ///
    /// Nearly every login is the first SELECT alone, which takes no lock and burns no id, and a lost race ends in the
    /// second. Each statement stands alone, outside any older snapshot.
    func findOrCreate(appID: String, openID: OpenID, unionID: UnionID?) async throws(Failure) -> Account {
        do {
            // A row can go between a lost INSERT and the SELECT; thrice in a row it does not.
            for _ in 0..<3 {
                let rows = try await database.query(SQLStatement(Self.find, appID, openID.rawValue))
                if let row = rows.first { return try await seen(row, unionID) }
                if let id = try await insert(appID, openID, unionID) { return Account(id: id) }
            }
            throw SQLError(.retryTransaction, message: "the user was neither found nor inserted")
        } catch {
            throw .userStoreUnavailable(error)
        }
    }

    /// The id of the new row; nil when another caller was first.
    private func insert(_ appID: String, _ openID: OpenID, _ unionID: UnionID?) async throws(SQLError) -> Int64? {
        let now = Date().microseconds
        do {
            let result = try await database.execute(
                SQLStatement(Self.create, appID, openID.rawValue, unionID?.rawValue, now, now))
            return result.changes == 1 ? result.lastInsertID : nil
        } catch {
            guard error.kind == .uniqueViolation else { throw error }
            return nil
        }
    }

    /// The account in a row, whose last login is noted if it was long ago.
    private func seen(_ row: SQLRow, _ unionID: UnionID?) async throws(SQLError) -> Account {
        let account = Account(
            id: try row.value("id"), bannedUntil: try row.value("banned_until", as: Int64?.self).map(Date.init))
        let last = try row.value("last_seen_at", as: Int64?.self).map(Date.init(microseconds:))
        if last ?? .distantPast < Date() - Self.lastSeenPrecision {
            // Not worth a refused login: the next one notes it.
            _ = try? await database.execute(
                SQLStatement(Self.see, Date().microseconds, unionID?.rawValue, account.id))
        }
        return account
    }

    func user(_ id: Int64) async throws(Failure) -> User? {
        do {
            return try await database.query(SQLStatement(Self.read, id)).first.map(User.init)
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

extension User {
    init(_ row: SQLRow) throws(SQLError) {
        id = try row.value("id")
        appID = try row.value("app_id")
        guard let openID = OpenID(try row.value("open_id")) else {
            throw SQLError(.invalidValue, message: "users.open_id is no openid")
        }
        self.openID = openID
        nickname = try row.value("nickname")
        avatarURL = try row.value("avatar_url")
        phone = try row.value("phone")
        credit = try row.value("credit")
        state = try row.value("state")
        bannedUntil = try row.value("banned_until", as: Int64?.self).map(Date.init(microseconds:))
        createdAt = Date(microseconds: try row.value("created_at"))
        lastSeenAt = try row.value("last_seen_at", as: Int64?.self).map(Date.init(microseconds:))
    }
}

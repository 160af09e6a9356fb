import RelationalStore

/// Looks for users as an operator does.
extension RelationalUserStore {
    // By mini program, since the indexes begin with it.
    private static let byOpenID = SQLText(
        """
        SELECT id, app_id, open_id, nickname, avatar_url, phone, credit, state, banned_until, created_at, last_seen_at
        FROM users WHERE app_id = ? AND open_id = ? ORDER BY id LIMIT ?
        """,
        name: "users.byOpenID")
    private static let byPhone = SQLText(
        """
        SELECT id, app_id, open_id, nickname, avatar_url, phone, credit, state, banned_until, created_at, last_seen_at
        FROM users WHERE app_id = ? AND phone = ? ORDER BY id LIMIT ?
        """,
        name: "users.byPhone")
    private static let byUnionID = SQLText(
        """
        SELECT id, app_id, open_id, nickname, avatar_url, phone, credit, state, banned_until, created_at, last_seen_at
        FROM users WHERE union_id = ? ORDER BY id LIMIT ?
        """,
        name: "users.byUnionID")

    func users(_ criterion: UserCriterion, in appIDs: [String], limit: Int) async throws(Failure) -> [User] {
        switch criterion {
        case .id(let id): return try await user(id).map { [$0] } ?? []
        case .unionID(let text): return try await users([SQLStatement(Self.byUnionID, text, limit)])
        case .openID(let text):
            return try await users(appIDs.map { SQLStatement(Self.byOpenID, $0, text, limit) })
        case .phone(let text):
            return try await users(appIDs.map { SQLStatement(Self.byPhone, $0, text, limit) })
        }
    }

    private func users(_ statements: [SQLStatement]) async throws(Failure) -> [User] {
        do {
            var users: [User] = []
            for statement in statements {
                for row in try await database.query(statement) { users.append(try User(row)) }
            }
            return users
        } catch {
            throw .userStoreUnavailable(error)
        }
    }
}

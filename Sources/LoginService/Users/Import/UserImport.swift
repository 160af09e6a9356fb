import FoundationEssentials
import RelationalStore
import WeChatAPI

/// Copies the users of a sir-koa database, ids and all, so that what refers to them stays true.
///
/// It may be run again, also while nodes serve: who is there already is left as they are. A page of users is one
/// transaction.
struct UserImport: Sendable {
    let source: any RelationalDatabase
    let target: any RelationalDatabase
    let appID: String
    /// Users a page.
    var pageSize = 500

    private static let read = SQLText(
        sqlite: "SELECT id, nickname, phone, weapp_openid FROM user WHERE id > ? ORDER BY id LIMIT ?",
        mysql: "SELECT id, nickname, phone, weapp_openid FROM `user` WHERE id > ? ORDER BY id LIMIT ?",
        postgresql: "SELECT id, nickname, phone, weapp_openid FROM \"user\" WHERE id > ? ORDER BY id LIMIT ?")

    /// Imports everyone.
    ///
    /// - Parameter progress: Called after each page with the report so far.
    /// - Returns: What was done.
    /// - Throws: ``SQLError`` of either database; what was reported until then stays imported.
    func run(progress: (ImportReport) -> Void) async throws -> ImportReport {
        var report = ImportReport()
        var last = Int64.min
        while true {
            let rows = try await source.query(SQLStatement(Self.read, last, pageSize), within: .seconds(60))
            guard let end = rows.last else { return report }
            let page = try rows.map { ($0, try ImportedUser($0)) }
            var done = ImportReport()
            for (row, user) in page where user == nil { done.withoutOpenID.append(try row.value("id")) }
            let users = page.compactMap(\.1)
            let appID = appID
            done.add(
                try await target.withTransaction(within: .seconds(60)) { session in
                    var written = ImportReport()
                    for user in users { try session.insert(user, appID: appID, into: &written) }
                    if session.dialect == .postgresql {
                        _ = try session.query(SQLStatement(UserImportTexts.countOn))
                    }
                    return written
                })
            report.add(done)
            last = try end.value("id")
            progress(report)
        }
    }
}

extension SQLSession {
    fileprivate borrowing func insert(
        _ user: ImportedUser, appID: String, into report: inout ImportReport
    ) throws(SQLError) {
        var user = user
        if let phone = user.phone, try isTaken(phone, appID: appID, byOtherThan: user) {
            user.phone = nil
            user.hasLostPhone = true
        }
        guard try isInserted(user, appID: appID) else {
            let there = try query(SQLStatement(UserImportTexts.find, appID, user.openID.rawValue)).first
            if try there?.value("id", as: Int64.self) == user.id {
                report.alreadyThere += 1
            } else {
                report.conflicts.append(user.id)
            }
            return
        }
        report.imported += 1
        if user.hasLostPhone { report.withoutPhone.append(user.id) }
        if user.hasLostNickname { report.withoutNickname.append(user.id) }
    }

    private borrowing func isInserted(_ user: ImportedUser, appID: String) throws(SQLError) -> Bool {
        do {
            return try execute(
                SQLStatement(
                    UserImportTexts.insert, user.id, appID, user.openID.rawValue, user.phone?.rawValue, user.nickname,
                    Date().microseconds)
            ).changes == 1
        } catch {
            guard error.kind == .uniqueViolation else { throw error }
            return false
        }
    }

    private borrowing func isTaken(
        _ phone: PhoneNumber, appID: String, byOtherThan user: ImportedUser
    ) throws(SQLError) -> Bool {
        guard let row = try query(SQLStatement(UserImportTexts.findPhone, appID, phone.rawValue)).first else {
            return false
        }
        return try row.value("id", as: Int64.self) != user.id
    }
}

private enum UserImportTexts {
    static let find: SQLText = "SELECT id FROM users WHERE app_id = ? AND open_id = ?"
    static let findPhone: SQLText = "SELECT id FROM users WHERE app_id = ? AND phone = ?"
    static let insert = SQLText(
        sqlite: """
            INSERT INTO users (id, app_id, open_id, phone, nickname, created_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
        mysql: "INSERT INTO users (id, app_id, open_id, phone, nickname, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        postgresql: """
            INSERT INTO users (id, app_id, open_id, phone, nickname, created_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """)
    /// The other two count on from the highest id by themselves.
    static let countOn = SQLText(
        sqlite: "SELECT 1", mysql: "SELECT 1",
        postgresql: """
            SELECT setval(seq, GREATEST((SELECT MAX(id) FROM users), nextval(seq)))
            FROM pg_get_serial_sequence('users', 'id') AS seq
            """)
}

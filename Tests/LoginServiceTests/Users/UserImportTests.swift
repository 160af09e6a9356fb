import Foundation
import ProcessFixture
import RelationalStore
import Testing
import WeChatAPI

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct UserImportTests {
    private static let table = SQLText(
        sqlite: "CREATE TABLE user (id INTEGER PRIMARY KEY, nickname TEXT, phone TEXT, weapp_openid TEXT, other TEXT)",
        mysql: """
            CREATE TABLE `user` (id INT PRIMARY KEY AUTO_INCREMENT, nickname VARCHAR(255), phone VARCHAR(20),
                weapp_openid VARCHAR(100), other TEXT) CHARACTER SET utf8mb4
            """,
        postgresql: """
            CREATE TABLE "user" (id INT PRIMARY KEY, nickname TEXT, phone TEXT, weapp_openid TEXT, other TEXT)
            """)
    private static let insert = SQLText(
        sqlite: "INSERT INTO user (id, nickname, phone, weapp_openid) VALUES (?, ?, ?, ?)",
        mysql: "INSERT INTO `user` (id, nickname, phone, weapp_openid) VALUES (?, ?, ?, ?)",
        postgresql: "INSERT INTO \"user\" (id, nickname, phone, weapp_openid) VALUES (?, ?, ?, ?)")

    private typealias Row = (id: Int64, nickname: String?, phone: String?, openID: String?)

    /// Gives a test an older system's database with these users, and a migrated one of ours.
    private func withDatabases(
        _ store: Store, _ rows: [Row],
        _ body: (Backends, any RelationalDatabase, any RelationalDatabase) async throws -> Void
    ) async throws {
        try await withBackends(store) { backends async throws in
            let target = try makeDatabase(url: DatabaseURL(backends.databaseURL))
            let source = try makeDatabase(url: DatabaseURL(backends.otherDatabaseURL))
            do {
                try await Migrator(UserMigrations.all).apply(to: target)
                try await source.execute(SQLStatement(Self.table))
                for row in rows {
                    try await source.execute(
                        SQLStatement(Self.insert, row.id, row.nickname, row.phone, row.openID))
                }
                try await body(backends, source, target)
            } catch {
                await source.shutdown()
                await target.shutdown()
                throw error
            }
            await source.shutdown()
            await target.shutdown()
        }
    }

    @Test(arguments: Store.allCases)
    func `users come with their ids, and find themselves when they log in`(_ store: Store) async throws {
        let rows: [Row] = [(7, "爱丽丝 😀", "13012341236", "oALICE"), (40, nil, "", "oalice"), (41, "", nil, "oCAROL")]
        try await withDatabases(store, rows) { _, source, target async throws in
            let users = RelationalUserStore(database: target)
            let report = try await UserImport(source: source, target: target, appID: "wx1", pageSize: 2).run { _ in }
            #expect(report == ImportReport(imported: 3))
            for (id, name) in [(7, "oALICE"), (40, "oalice"), (41, "oCAROL")] as [(Int64, String)] {
                let openID = try #require(OpenID(name))
                #expect(try await users.findOrCreate(appID: "wx1", openID: openID, unionID: nil).id == id)
            }
            #expect(try await users.user(7)?.nickname == "爱丽丝 😀")
            #expect(try await users.user(7)?.phone == "13012341236")
            #expect(try await users.user(40)?.phone == nil)
            let new = try await users.findOrCreate(appID: "wx1", openID: #require(OpenID("oNEW")), unionID: nil)
            #expect(new.id > 41)
        }
    }

    @Test(arguments: Store.allCases)
    func `an import that is run again changes nobody`(_ store: Store) async throws {
        let rows: [Row] = (1...5).map { (Int64($0), "n\($0)", "1301234123\($0)", "o\($0)") }
        try await withDatabases(store, rows) { _, source, target async throws in
            let copy = UserImport(source: source, target: target, appID: "wx1", pageSize: 2)
            #expect(try await copy.run { _ in } == ImportReport(imported: 5))
            let users = RelationalUserStore(database: target)
            #expect(try await users.update(3, ProfileChange(nickname: "changed since")))
            #expect(try await copy.run { _ in } == ImportReport(alreadyThere: 5))
            #expect(try await users.user(3)?.nickname == "changed since")
        }
    }

    @Test(arguments: Store.allCases)
    func `what cannot be taken over is left out and told by id`(_ store: Store) async throws {
        let rows: [Row] = [
            (1, "fine", "13012341236", "o1"), (2, "no openid", nil, nil), (3, "bad openid", nil, "密"),
            (4, "same phone", "13012341236", "o4"), (5, "no phone", "call me", "o5"),
            (6, String(repeating: "x", count: 65), nil, "o6"), (7, "id is taken", nil, "o7"),
            (8, "openid is taken", nil, "oTAKEN"),
        ]
        try await withDatabases(store, rows) { _, source, target async throws in
            try await target.execute(
                SQLStatement("INSERT INTO users (id, app_id, open_id, created_at) VALUES (7, 'wx1', 'oTAKEN', 0)"))
            let report = try await UserImport(source: source, target: target, appID: "wx1").run { _ in }
            #expect(
                report
                    == ImportReport(
                        imported: 4, withoutOpenID: [2, 3], conflicts: [7, 8], withoutPhone: [4, 5],
                        withoutNickname: [6]))
            #expect(report.total == rows.count)
        }
    }

    @Test func `the command imports, shows its progress, and fails when somebody was left out for another`()
        async throws
    {
        let rows: [Row] = [(1, "a", nil, "o1"), (2, "b", nil, "o2")]
        try await withDatabases(.sqlite, rows) { backends, source, target async throws in
            let arguments = [
                "user", "import", "--from", backends.otherDatabaseURL, "--appid", "wx1",
                "--database-url", backends.databaseURL,
            ]
            let first = try await runCommand(arguments)
            #expect(first.end == .exit(0), "\(first.output)")
            #expect(
                first.output.contains("2 users …") && first.output.contains("Imported 2 users; 0 were there already."))
            try await source.execute(SQLStatement(Self.insert, 3, "c", nil as String?, "o1"))
            let second = try await runCommand(arguments)
            #expect(second.end == .exit(1), "\(second.output)")
            #expect(second.output.contains("belongs to another user here (1): id 3"))
        }
    }

    @Test(arguments: [
        (["--from", "ftp://x/y", "--appid", "wx1"], "--from"),
        (["--from", "sqlite:/nowhere/at/all.sqlite3", "--appid", "wx1"], "the import stopped, and may be run again"),
    ])
    func `a source that cannot be read is one line that says so`(_ options: [String], _ line: String) async throws {
        try await withTemporaryDirectory { directory in
            let run = try await runCommand(
                ["user", "import", "--database-url", "sqlite:\(directory)/users.sqlite3"] + options)
            #expect(run.end != .exit(0))
            #expect(run.output.contains(line), "\(run.output)")
        }
    }
}

import Foundation
import PostgreSQLFixture
import RelationalStore
import Testing
import WeChatAPI

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct UserStoreTests {
    private func withUsers(_ store: Store, _ body: (RelationalUserStore) async throws -> Void) async throws {
        try await withBackends(store) { backends async throws in
            let database = try makeDatabase(url: DatabaseURL(backends.databaseURL))
            do {
                try await Migrator(UserMigrations.all).apply(to: database)
                try await body(RelationalUserStore(database: database))
                await database.shutdown()
            } catch {
                await database.shutdown()
                throw error
            }
        }
    }

    private func make(_ users: RelationalUserStore, _ name: String, appID: String = "wx1") async throws -> Int64 {
        let openID = try #require(OpenID(name))
        return try await users.findOrCreate(appID: appID, openID: openID, unionID: nil).id
    }

    @Test(arguments: Store.allCases)
    func `openids that differ in case, and mini programs, are different users`(_ store: Store) async throws {
        try await withUsers(store) { users async throws in
            var ids: Set<Int64> = []
            for name in ["oABC", "oabc", "oABc"] { ids.insert(try await make(users, name)) }
            ids.insert(try await make(users, "oABC", appID: "wx2"))
            #expect(ids.count == 4)
            #expect(try await ids.contains(make(users, "oabc")))
        }
    }

    @Test(arguments: Store.allCases)
    func `64 first logins at once make one user`(_ store: Store) async throws {
        try await withUsers(store) { users async throws in
            let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<64 { group.addTask { try await make(users, "oABC") } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
        }
    }

    @Test func `a phone that somebody has is not written into PostgreSQL's log`() async throws {
        try await withPostgreSQLServer { server in
            let name = try await server.makeDatabase()
            let database = try makeDatabase(url: DatabaseURL(server.socketURL(database: name)))
            try await Migrator(UserMigrations.all).apply(to: database)
            let users = RelationalUserStore(database: database)
            let phone = try #require(PhoneNumber("13012341236"))
            let (first, second) = (try await make(users, "o1"), try await make(users, "o2"))
            #expect(try await users.bind(phone, to: first) == .bound)
            #expect(try await users.bind(phone, to: second) == .takenByAnother)
            await database.shutdown()
            // A statement that fails, so that what is not in the log would be there.
            await #expect(throws: (any Error).self) { try await server.administer("SELECT marker", in: name) }
            let log = await server.stop()
            #expect(log.contains("marker"))
            #expect(!log.contains(phone.rawValue))
        }
    }

    @Test(arguments: Store.allCases)
    func `of many who bind a phone at once one gets it, and may bind it again`(_ store: Store) async throws {
        try await withUsers(store) { users async throws in
            var ids: [Int64] = []
            for number in 0..<8 { ids.append(try await make(users, "o\(number)")) }
            let phone = try #require(PhoneNumber("13012341236"))
            let winners = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for id in ids {
                    group.addTask { try await users.bind(phone, to: id) == .bound ? id : nil }
                }
                return try await group.reduce(into: [Int64]()) { if let id = $1 { $0.append(id) } }
            }
            #expect(winners.count == 1)
            let winner = try #require(winners.first)
            #expect(try await users.bind(phone, to: winner) == .bound)
            let free = try #require(PhoneNumber("13012341237"))
            #expect(try await users.bind(free, to: 999) == .noSuchUser)
            #expect(try await users.user(winner)?.phone == "13012341236")
            // The same number in another mini program is another person's business.
            let elsewhere = try await make(users, "o0", appID: "wx2")
            #expect(try await users.bind(phone, to: elsewhere) == .bound)
        }
    }

    @Test(arguments: Store.allCases)
    func `credit changes add up, and never fall below zero`(_ store: Store) async throws {
        try await withUsers(store) { users async throws in
            let id = try await make(users, "oABC")
            let outcomes = try await withThrowingTaskGroup(of: CreditChange.self) { group in
                for _ in 0..<50 { group.addTask { try await users.changeCredit(of: id, by: -3) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 != .outOfRange }.count == 33)
            #expect(try await users.user(id)?.credit == 1)
            #expect(try await users.changeCredit(of: id, by: .max - 1) == .changed(balance: .max))
            for amount in [1, .max] as [Int64] {
                #expect(try await users.changeCredit(of: id, by: amount) == .outOfRange)
            }
            #expect(try await users.changeCredit(of: id, by: .min) == .outOfRange)
            #expect(try await users.changeCredit(of: id, by: -.max) == .changed(balance: 0))
            #expect(try await users.changeCredit(of: 999, by: 1) == .noSuchUser)
        }
    }

    @Test(arguments: Store.allCases)
    func `a ban lasts until its time, or until it is lifted`(_ store: Store) async throws {
        try await withUsers(store) { users async throws in
            let openID = try #require(OpenID("oABC"))
            let id = try await make(users, "oABC")
            let end = Date(timeIntervalSince1970: 4_000_000_000.25)
            #expect(try await users.ban(id, until: end))
            #expect(try await users.findOrCreate(appID: "wx1", openID: openID, unionID: nil).bannedUntil == end)
            #expect(try await users.ban(id, until: .distantFuture))
            #expect(try await users.user(id)?.bannedUntil ?? .distantPast > end)
            #expect(try await users.ban(id, until: nil))
            #expect(try await users.findOrCreate(appID: "wx1", openID: openID, unionID: nil).bannedUntil == nil)
            #expect(try await !users.ban(999, until: end))
        }
    }

    @Test(arguments: Store.allCases)
    func `the last login is noted to the hour, and a unionid when it becomes known`(_ store: Store) async throws {
        try await withUsers(store) { users async throws in
            let openID = try #require(OpenID("oABC"))
            let id = try await make(users, "oABC")
            let first = try #require(try await users.user(id)?.lastSeenAt)
            #expect(abs(first.timeIntervalSinceNow) < 60)
            _ = try await users.findOrCreate(appID: "wx1", openID: openID, unionID: nil)
            #expect(try await users.user(id)?.lastSeenAt == first)
            let longAgo = Date.now - 2 * RelationalUserStore.lastSeenPrecision
            try await users.database.execute(
                SQLStatement("UPDATE users SET last_seen_at = ? WHERE id = ?", longAgo.microseconds, id))
            _ = try await users.findOrCreate(appID: "wx1", openID: openID, unionID: UnionID("u1"))
            #expect(try #require(try await users.user(id)?.lastSeenAt) > longAgo + 60)
            let row = try await users.database.query(SQLStatement("SELECT union_id FROM users WHERE id = ?", id)).first
            #expect(try row?.value("union_id", as: String?.self) == "u1")
        }
    }

    @Test(arguments: Store.allCases)
    func `what a user takes back is erased, and nothing else`(_ store: Store) async throws {
        try await withUsers(store) { users async throws in
            let id = try await make(users, "oABC")
            let phone = try #require(PhoneNumber("13012341236"))
            _ = try await users.bind(phone, to: id)
            _ = try await users.update(id, ProfileChange(nickname: "n", avatarURL: "https://a/b"))
            try await users.erase([.avatar, .phone], of: id)
            let user = try #require(try await users.user(id))
            #expect(user.nickname == "n" && user.avatarURL == nil && user.phone == nil && user.credit == 100)
            try await users.erase(.nickname, of: id)
            #expect(try await users.user(id)?.nickname == nil)
            #expect(try await users.userID(appID: "wx1", openID: try #require(OpenID("oABC"))) == id)
            #expect(try await users.userID(appID: "wx2", openID: try #require(OpenID("oABC"))) == nil)
            #expect(try await make(users, "oABC") == id)
        }
    }

    @Test(arguments: Store.allCases)
    func `who is forgotten comes back as a new user, and the old number stays nobody's`(_ store: Store) async throws {
        try await withUsers(store) { users async throws in
            let openID = try #require(OpenID("oABC"))
            let id = try await users.findOrCreate(appID: "wx1", openID: openID, unionID: UnionID("u1")).id
            let phone = try #require(PhoneNumber("13012341236"))
            _ = try await users.bind(phone, to: id)
            for _ in 0..<2 { try await users.forget(id) }
            let database = users.database
            let row = try #require(
                try await database.query(
                    SQLStatement("SELECT open_id, union_id, phone, nickname, avatar_url FROM users")
                ).first)
            #expect(try row.value("open_id", as: String.self) == "erased:\(id)")
            for column in ["union_id", "phone", "nickname", "avatar_url"] {
                #expect(try row.value(column, as: String?.self) == nil)
            }
            // A request that found the session before comes too late to write anything.
            #expect(try await !users.update(id, ProfileChange(nickname: "late", avatarURL: nil)))
            #expect(try await users.bind(phone, to: id) == .noSuchUser)
            let new = try await make(users, "oABC")
            #expect(new != id)
            #expect(try await users.bind(phone, to: new) == .bound)
        }
    }

    @Test(arguments: Store.allCases)
    func `a ban outlives the account that it is of`(_ store: Store) async throws {
        try await withUsers(store) { users async throws in
            let id = try await make(users, "oABC")
            _ = try await users.update(id, ProfileChange(nickname: "n", avatarURL: nil))
            _ = try await users.ban(id, until: Date() + 3_600)
            try await users.forget(id)
            #expect(try await make(users, "oABC") == id)
            #expect(try await users.user(id)?.nickname == nil)
            _ = try await users.ban(id, until: Date() - 1)
            try await users.forget(id)
            #expect(try await make(users, "oABC") != id)
        }
    }
}

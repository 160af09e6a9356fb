import Foundation
import KoaTesting
import RelationalStore
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct BanTests {
    @Test(arguments: [("seed", 200), ("http", 403)])
    func `a banned user may not log in until the ban is over`(_ mode: String, _ status: Int) async throws {
        try await withNode([.envelopeStatus: mode]) { backends, node async throws in
            _ = try await node.logIn(try backends.code())
            let database = try makeDatabase(url: DatabaseURL(backends.databaseURL))
            let users = RelationalUserStore(database: database)
            let end = Date(timeIntervalSinceNow: 3_600)
            _ = try await users.ban(1, until: end)
            let refused = try await node.logIn(try backends.code())
            #expect(refused.outcome == .failure(10_009, "banned", status: status))
            #expect(refused.text.contains("until \(end.formatted(.iso8601))"))
            #expect(refused.data == nil)
            _ = try await users.ban(1, until: .distantFuture)
            #expect(try await node.logIn(try backends.code()).text.contains(#""this user may not log in""#))
            _ = try await users.ban(1, until: .now)
            #expect(try await node.logIn(try backends.code()).outcome == .success)
            await database.shutdown()
        }
    }
}

import KoaKit
import KoaTesting
import RelationalStore
import Testing
import WeChatAPI
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct ConcurrentLoginTests {
    private static let openID = "oGZUI0egBJY1zhBYw2KhdUfwVJJE"

    @Test(arguments: Store.allCases)
    func `200 first logins of one openid at once, over two nodes, are one user`(_ store: Store) async throws {
        let answer: JSONValue = ["openid": .string(Self.openID), "session_key": "HyVFkGl5F5OQWJZZaNzBBg=="]
        try await withWeChat(answering: answer) { url in
            let settings: [Setting: String] = [.weChatBaseURL: url, .tokenStyle: "opaque"]
            try await withNode(settings, store: store) { backends, first in
                try await withNode(on: backends, settings) { second in
                    let tokens = try await withThrowingTaskGroup(of: String.self) { group in
                        for number in 0..<200 {
                            let node = number.isMultiple(of: 2) ? first : second
                            group.addTask { try await node.logIn("code\(number)").token }
                        }
                        return try await group.reduce(into: Set()) { $0.insert($1) }
                    }
                    #expect(tokens.count == 200)
                    #expect(try await backends.userCount() == 1)
                    var ids: Set<Int64?> = []
                    for token in tokens { ids.insert(try await second.client.me(token).data?["userId"]?.integerValue) }
                    #expect(ids.count == 1 && !ids.contains(nil))
                }
            }
        }
    }

    @Test func `openids that differ only in case are two users`() async throws {
        try await withNode(store: .mysql) { backends, _ in
            try await withStore(of: backends) { store in
                let lower = try #require(OpenID("oabc"))
                let upper = try #require(OpenID("oABC"))
                let first = try await store.findOrCreate(appID: "wx1", openID: lower, unionID: nil)
                let second = try await store.findOrCreate(appID: "wx1", openID: upper, unionID: nil)
                #expect(first != second)
            }
        }
    }

    @Test func `one openid in two mini programs is two users`() async throws {
        try await withNode { backends, _ in
            try await withStore(of: backends) { store in
                let openID = try #require(OpenID(Self.openID))
                let first = try await store.findOrCreate(appID: "wx1", openID: openID, unionID: nil)
                let second = try await store.findOrCreate(appID: "wx2", openID: openID, unionID: nil)
                #expect(first != second)
            }
        }
    }

    private func withStore(of backends: Backends, _ body: (RelationalUserStore) async throws -> Void) async throws {
        let database = try makeDatabase(url: DatabaseURL(backends.databaseURL))
        do {
            try await body(RelationalUserStore(database: database))
            await database.shutdown()
        } catch {
            await database.shutdown()
            throw error
        }
    }
}

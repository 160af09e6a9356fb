import KoaKit
import KoaTesting
import MariaDBFixture
import NIOHTTP1
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct DatabaseOutageTests {
    @Test func `a locked SQLite file is a 503 in bounded time, and a login works once it is free`() async throws {
        try await withNode { backends, node in
            let token = try await node.logIn(try backends.code(for: "alice")).token
            try await backends.whileLocked {
                let start = ContinuousClock.now
                let login = try await node.logIn(try backends.code(for: "bob"))
                #expect(login.outcome == .userStoreUnavailable)
                #expect(login.data == nil)
                let change = try await node.client.put(
                    "/user/info", headers: ["token": token], body: .json(["nickname": "x"]))
                #expect(change.outcome == .userStoreUnavailable)
                #expect(ContinuousClock.now - start < .seconds(12))
                // Readers do not wait for writers, and a user who is known needs no write to log in.
                #expect(try await node.client.me(token).outcome == .success)
                #expect(try await node.logIn(try backends.code(for: "alice")).outcome == .success)
            }
            #expect(try await backends.redisKeys("session:*") == ["session:\(token)"])
            try await eventually(.success) { try await node.logIn(try backends.code(for: "bob")) }
            #expect(try await backends.userCount() == 2)
        }
    }

    @Test func `a MySQL that is gone is a 503 in bounded time, and recovers`() async throws {
        let mariaDB = try await MariaDBServer.make()
        try await withBackends { backends in
            let url = mariaDB.networkURL(database: try await mariaDB.makeDatabase())
            try await withNode(on: backends, [.databaseURL: url]) { node in
                let token = try await node.logIn(try backends.code()).token
                try await mariaDB.kill()
                let start = ContinuousClock.now
                #expect(try await node.logIn(try backends.code()).outcome == .userStoreUnavailable)
                #expect(try await node.client.me(token).outcome == .userStoreUnavailable)
                #expect(try await node.client.get("/readyz").outcome == .userStoreUnavailable)
                #expect(ContinuousClock.now - start < .seconds(15))
                // A token check needs no database.
                #expect(try await node.client.get("/checklogin?token=\(token)").text == #"{"is_login":true}"#)
                try await mariaDB.start()
                try await eventually(.success) { try await node.logIn(try backends.code()) }
                #expect(try await node.client.me(token).outcome == .success)
            }
        }
        try await mariaDB.kill()
    }
}

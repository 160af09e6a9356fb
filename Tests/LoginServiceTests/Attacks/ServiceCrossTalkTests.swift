import KoaKit
import KoaTesting
import NIOHTTP1
import RelationalStore
import Testing

@testable import LoginService

/// No reply holds what belongs to another request.
@Suite(.timeLimit(.minutes(3)))
struct ServiceCrossTalkTests {
    private static let users = 200

    /// A user with a session of each system.
    private struct Member: Sendable {
        let number: Int
        let id: Int64
        let tokens: [String]

        /// In what only this user writes; no token and no identifier has a tilde.
        var mark: String { "~\(number)~" }
        var requestID: String { "request-\(number)" }
    }

    @Test func `200 users on all routes of two nodes at once each see their own data and no others'`() async throws {
        try await withTwoNodes([.tokenStyle: "opaque"]) { backends, first, second in
            let members = try await all { number in
                try await logIn(number, backends, number.isMultiple(of: 2) ? first : second)
            }
            #expect(Set(members.map(\.id)).count == Self.users)
            #expect(Set(members.flatMap(\.tokens)).count == 3 * Self.users)
            // What tells one user's credit from another's.
            try await backends.runSQL("UPDATE users SET credit = id * 7")
            _ = try await all { number in
                for client in [first.client, second.client] { try await use(members[number], backends, client) }
            }
        }
    }

    /// Runs something for every user at once; gives what it gave in the order of users.
    private func all<Value: Sendable>(
        _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            for number in 0..<Self.users { group.addTask { (number, try await body(number)) } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func logIn(_ number: Int, _ backends: Backends, _ node: TestNode) async throws -> Member {
        let user = "user\(number)"
        let tokens = [
            try await node.logIn(try backends.code(for: user)).token,
            try await node.client.seedLogIn(try backends.code(for: user)).seedToken,
            try await node.client.auth(try backends.code(for: user)).jwt,
        ]
        let id = try #require(try await node.client.me(tokens[0]).data?["userId"]?.integerValue)
        return Member(number: number, id: id, tokens: tokens)
    }

    private func use(_ member: Member, _ backends: Backends, _ client: TestClient) async throws {
        let mark = member.mark
        let headers: HTTPHeaders = ["token": member.tokens[0], "X-Request-Id": member.requestID]
        let change = try await client.put(
            "/user/info", headers: headers,
            body: .json(["nickname": .string(mark), "avatarUrl": .string("https://a/\(mark)")]))
        #expect(change.outcome == .success)
        let data = try backends.openData(
            ["nickName": .string(mark), "city": .string(mark), "avatarUrl": .string("https://a/\(mark)")],
            of: "user\(member.number)")
        let profile = try await client.userInfo(member.tokens[1], data)
        #expect(try profile.json()["userInfo"]?["city"] == .string(mark), "\(profile.text)")
        let me = try await client.get("/user/me", headers: headers)
        #expect(me.data?["userId"] == .integer(member.id) && me.data?["nickname"] == .string(mark), "\(me.text)")
        let credit = try await client.credit(member.tokens[1])
        #expect(credit.text == #"{"credit":\#(member.id * 7)}"#)
        let isAuth = try await client.isAuth(member.tokens[2])
        #expect(isAuth.data == .string(String(member.id)), "\(isAuth.text)")
        let check = try await client.get("/checklogin?token=\(member.tokens[2])")
        #expect(check.text == #"{"is_login":true}"#)
        let sessions = try await client.get("/user/sessions", headers: headers)
        #expect(try sessions.sessions.count == 3, "\(sessions.text)")
        let refused = try await client.put("/user/info", headers: headers, body: .json(["nickname": ""]))
        #expect(try refused.json()["requestId"] == .string(member.requestID))
        for reply in [change, profile, me, credit, isAuth, check, sessions, refused] {
            let marks = reply.text.matches(of: /~[0-9]+~/).map { String($0.output) }
            #expect(marks.allSatisfy { $0 == mark }, "\(reply.text)")
            #expect(reply["X-Request-Id"].map { !$0.hasPrefix("request-") || $0 == member.requestID } ?? true)
        }
    }
}

import Foundation
import KoaKit
import KoaTesting
import NIOHTTP1
import RelationalStore
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct BanSessionTests {
    private static let kicked = Outcome.failure(10_001, "kicked", status: 200)
    private static let banned = Outcome.failure(10_009, "banned", status: 200)

    @Test(arguments: ["md5", "opaque"])
    func `a ban ends the live sessions on every node at once, near caches included`(_ style: String) async throws {
        let settings: [Setting: String] = [.tokenStyle: style, .nearCache: "1000", .phoneSelfAsserted: "true"]
        try await withTwoNodes(settings) { backends, first, second async throws in
            let token = try await first.logIn(try backends.code()).token
            let bob = try await second.logIn(try backends.code(for: "bob")).token
            let userID = try #require(try await first.client.me(token).data?["userId"]?.integerValue)
            for node in [first, second] { #expect(try await node.client.me(token).outcome == .success) }
            try await backends.withBans { bans, origin async throws in
                #expect(try await bans.ban(userID, until: Date() + 3_600, from: origin) == 1)
                for node in [first, second] {
                    let sensitive = try await node.client.post(
                        "/user/login", headers: ["token": token], body: .json(["phone": "13012341236"]))
                    #expect(sensitive.outcome == Self.kicked, "what matters is refused from the first moment on")
                    try await eventually(Self.kicked) { try await node.client.me(token) }
                    #expect(try await node.logIn(try backends.code()).outcome == Self.banned)
                    #expect(try await node.client.me(bob).outcome == .success)
                }
                #expect(try await bans.unban(userID, from: origin))
                #expect(try await first.client.me(token).outcome == Self.kicked, "what ended stays so")
                #expect(try await second.logIn(try backends.code()).outcome == .success)
            }
        }
    }

    @Test func `nobody is banned who is not there, nor until a time that has passed`() async throws {
        try await withNode { backends, node in
            let token = try await node.logIn(try backends.code()).token
            try await backends.withBans { bans, origin async throws in
                #expect(try await bans.ban(4_711, until: .distantFuture, from: origin) == nil)
                #expect(try await bans.unban(4_711, from: origin) == false)
                let refusal = await failure { () throws(Failure) in
                    try await bans.ban(1, until: .now, from: origin)
                }
                #expect(refusal?.code == .invalidParameter)
            }
            #expect(try await node.client.me(token).outcome == .success)
        }
    }

    @Test(arguments: ["md5", "opaque"])
    func `a login that races the ban gets no session`(_ style: String) async throws {
        try await withTwoNodes([.tokenStyle: style]) { backends, first, second async throws in
            var (open, refused) = (0, 0)
            try await backends.withBans { bans, origin async throws in
                for round in 0..<40 {
                    let user = "user\(round)"
                    let before = try await first.logIn(try backends.code(for: user)).token
                    let userID = try #require(try await first.client.me(before).data?["userId"]?.integerValue)
                    let (answers, answer) = AsyncStream.makeStream(of: Void.self)
                    let replies = try await withThrowingTaskGroup(of: TestReply?.self) { group in
                        for number in 0..<6 {
                            let node = number.isMultiple(of: 2) ? first : second
                            let code = try backends.code(for: user)
                            group.addTask {
                                defer { answer.yield() }
                                return try await node.logIn(code)
                            }
                        }
                        group.addTask {
                            // After so many of the logins, with the others under way.
                            var iterator = answers.makeAsyncIterator()
                            for _ in 0..<(round % 6) { await iterator.next() }
                            try await bans.ban(userID, until: .distantFuture, from: origin)
                            return nil
                        }
                        return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
                    }
                    for reply in replies {
                        if reply.outcome == .success {
                            open += 1
                            let after = try await second.client.me(reply.token).outcome
                            #expect(after == Self.kicked, "round \(round)")
                        } else {
                            refused += 1
                            #expect([Self.kicked, Self.banned].contains(reply.outcome), "\(reply.text)")
                        }
                    }
                    #expect(try await first.client.me(before).outcome == Self.kicked)
                }
            }
            #expect(open > 0 && refused > 0, "the race went one way only: \(open) open, \(refused) refused")
        }
    }

    enum Ending: CaseIterable {
        case logout, kick, ban
    }

    @Test(arguments: Ending.allCases)
    func `a request whose body arrives after the session ended does nothing`(_ ending: Ending) async throws {
        let settings: [Setting: String] = [.tokenStyle: "opaque", .nearCache: "1000", .phoneSelfAsserted: "true"]
        try await withTwoNodes(settings) { backends, first, second async throws in
            let token = try await first.logIn(try backends.code()).token
            let other = try await second.logIn(try backends.code()).token
            #expect(try await first.client.me(token).outcome == .success)
            let connection = try await RawConnection.connect(port: first.port)
            let body = #"{"phone":"13012341236"}"#
            try await connection.send(
                "POST /user/login HTTP/1.1\r\nHost: a\r\ntoken: \(token)\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\nExpect: 100-continue\r\n\r\n")
            // The node asks for the body once it has taken the request on.
            let interim = String(decoding: try await connection.read(25), as: UTF8.self)
            #expect(interim == "HTTP/1.1 100 Continue\r\n\r\n")
            switch ending {
            case .logout: _ = try await second.client.post("/user/logout", headers: ["token": token])
            case .kick: _ = try await second.client.delete("/user/sessions", headers: ["token": other])
            case .ban:
                try await backends.withBans { bans, origin async throws in
                    #expect(try await bans.ban(1, until: .distantFuture, from: origin) == 2)
                }
            }
            try await connection.send(body)
            let reply = try await connection.readReply()
            #expect(reply.outcome == (ending == .logout ? .notLoggedIn : Self.kicked))
            await connection.close()
            let rows = try await backends.runSQL("SELECT COUNT(phone) AS count FROM users")
            #expect(try rows.first?.value("count", as: Int64.self) == 0)
        }
    }
}

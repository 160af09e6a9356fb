import Foundation
import KoaKit
import KoaTesting
import NIOHTTP1
import RedisClient
import RedisServerFixture
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct SessionRouteTests {
    @Test func `the list has each session with device and times, the newest first, and no token`() async throws {
        try await withNode([.tokenStyle: "opaque", .sessionTTL: "1h"]) { backends, node in
            let phone = try await node.logIn(try backends.code(), deviceName: "小明的手机").token
            let tablet = try await node.logIn(try backends.code()).token
            _ = try await node.logIn(try backends.code(for: "bob"), deviceName: "not mine").token
            let reply = try await node.client.get("/user/sessions", headers: ["token": phone])
            #expect(reply.outcome == .success && reply["Cache-Control"] == "no-store")
            let sessions = try reply.sessions
            #expect(sessions.map { $0["device"] } == [.null, "小明的手机"])
            #expect(sessions.map { $0["current"] } == [false, true])
            for session in sessions {
                let dates = try ["createdAt", "lastSeenAt", "expiresAt"].map { name in
                    try Date(try #require(session[name]?.stringValue), strategy: .iso8601)
                }
                #expect(dates[0] == dates[1])
                #expect((3_599...3_601).contains(dates[2].timeIntervalSince(dates[0])))
                #expect(session["id"]?.stringValue?.isEmpty == false)
            }
            for token in [phone, tablet] { #expect(!reply.text.contains(token.dropFirst(6))) }
        }
    }

    @Test(arguments: ["opaque", "md5"])
    func `a session of the list is ended by its id, on every node`(_ style: String) async throws {
        try await withTwoNodes([.tokenStyle: style]) { backends, first, second in
            let token = try await first.logIn(try backends.code()).token
            let current = style == "md5" ? token : try await first.logIn(try backends.code()).token
            let list = try await first.client.get("/user/sessions", headers: ["token": current])
            let session = try #require(try list.sessions.last)
            #expect(session["current"] == .bool(style == "md5"))
            let id = try #require(session["id"]?.stringValue)
            #expect(id != token)
            let path = "/user/sessions/\(id)"
            let reply = try await first.client.delete(path, headers: ["token": current])
            #expect(reply.outcome == .success && reply.data?["ended"] == 1)
            for node in [first, second] {
                #expect(try await node.client.me(token).outcome == .failure(10_001, "kicked", status: 200))
            }
            guard style == "opaque" else { return }
            #expect(try await second.client.me(current).outcome == .success)
            #expect(try await second.client.delete(path, headers: ["token": current]).data?["ended"] == 0)
        }
    }

    @Test func `nobody ends a session of somebody else's, by whatever id`() async throws {
        try await withNode([.tokenStyle: "opaque"]) { backends, node in
            let alice = try await node.logIn(try backends.code()).token
            let bob = try await node.logIn(try backends.code(for: "bob")).token
            let list = try await node.client.get("/user/sessions", headers: ["token": alice])
            let id = try #require(try list.sessions.first?["id"]?.stringValue)
            for path in [id, "*", "%2A", "..%2F\(id)", "__proto__", alice, "shared", "%00", "{1}\(id)", "a%20b"] {
                let reply = try await node.client.delete("/user/sessions/\(path)", headers: ["token": bob])
                #expect(reply.outcome == .success && reply.data?["ended"] == 0, "\(path): \(reply.text)")
            }
            #expect(try await node.client.me(alice).outcome == .success)
        }
    }

    @Test func `all others end, the current one stays`() async throws {
        try await withTwoNodes([.tokenStyle: "opaque"]) { backends, first, second in
            var others: [String] = []
            for _ in 0..<3 { others.append(try await first.logIn(try backends.code()).token) }
            let current = try await second.logIn(try backends.code()).token
            let reply = try await second.client.delete("/user/sessions", headers: ["token": current])
            #expect(reply.outcome == .success && reply.data?["ended"] == 3)
            for token in others {
                #expect(try await first.client.me(token).outcome == .failure(10_001, "kicked", status: 200))
                #expect(try await first.client.get("/checklogin?token=\(token)").text == #"{"is_login":false}"#)
            }
            #expect(try await first.client.me(current).outcome == .success)
            let list = try await first.client.get("/user/sessions", headers: ["token": current])
            #expect(try list.sessions.count == 1)
        }
    }

    @Test func `a session of another system's is in the list, its times unknown`() async throws {
        try await withNode { backends, node in
            let token = try await node.logIn(try backends.code()).token
            let openID = try backends.sandbox.openID(of: "alice")
            try await backends.redis.set("session:\(token)", to: #"{"openid":"\#(openID)","userId":1,"x":[]}"#)
            let list = try await node.client.get("/user/sessions", headers: ["token": token])
            let session = try #require(try list.sessions.first)
            #expect(session["createdAt"] == .null && session["current"] == true)
            let id = try #require(session["id"]?.stringValue)
            _ = try await node.client.delete("/user/sessions/\(id)", headers: ["token": token])
            #expect(try await node.client.me(token).outcome == .failure(10_001, "kicked", status: 200))
        }
    }

    @Test func `a login of the same device says so to the one before it, and at the limit is refused if so set`()
        async throws
    {
        let settings: [Setting: String] = [
            .tokenStyle: "opaque", .sessionLimit: "2", .sessionLimitPolicy: "refuse", .envelopeStatus: "http",
        ]
        try await withNode(settings) { backends, node in
            let first = try await node.logIn(try backends.code(), deviceName: "phone").token
            _ = try await node.logIn(try backends.code(), deviceName: "tablet").token
            let again = try await node.logIn(try backends.code(), deviceName: "phone").token
            #expect(try await node.client.me(first).outcome == .failure(10_001, "replaced", status: 401))
            #expect(try await node.client.me(again).outcome == .success)
            let refused = try await node.logIn(try backends.code(), deviceName: "watch")
            #expect(refused.outcome == .failure(10_016, "session_limit", status: 403))
            for name in ["", " ", "a\u{7}", String(repeating: "x", count: 65)] {
                let reply = try await node.logIn(try backends.code(), deviceName: name)
                #expect(reply.outcome == .failure(10_002, "invalid_parameter", status: 400))
            }
        }
    }

    @Test func `a code that comes again after its session was ended brings it not back`() async throws {
        try await withTwoNodes { backends, first, second in
            let code = try backends.code()
            let token = try await first.logIn(code).token
            #expect(try await first.client.post("/user/logout", headers: ["token": token]).outcome == .success)
            #expect(try await second.logIn(code).outcome == .failure(10_001, "code_used", status: 200))
            #expect(try await second.client.me(token).outcome == .notLoggedIn)
            #expect(try await second.logIn(try backends.code()).outcome == .success)
        }
    }

    @Test func `without a session, or without Redis, the routes say so`() async throws {
        try await withNode(pace: .real) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            let requests: [(HTTPMethod, String)] = [
                (.GET, "/user/sessions"), (.DELETE, "/user/sessions"), (.DELETE, "/user/sessions/x"),
            ]
            for (method, path) in requests {
                #expect(try await node.client.request(method, path).outcome == .notLoggedIn)
            }
            backends.redisServer.kill()
            for (method, path) in requests {
                let reply = try await node.client.request(method, path, headers: ["token": token])
                #expect(reply.outcome == .sessionStoreUnavailable)
            }
        }
    }
}

extension TestNode {
    /// Posts a login code and what its device is called.
    func logIn(_ code: String, deviceName: String) async throws -> TestReply {
        try await client.post(
            "/user/wechatlogin", body: .json(["code": .string(code), "deviceName": .string(deviceName)]))
    }
}

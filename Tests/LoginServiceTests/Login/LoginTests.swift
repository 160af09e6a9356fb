import KoaKit
import KoaTesting
import NIOHTTP1
import RedisClient
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct LoginTests {
    @Test func `a login answers the MD5 of the openid and how long it lives, byte by byte`() async throws {
        try await withNode { backends, node in
            let reply = try await node.logIn(try backends.code())
            #expect(reply.status == 200)
            let token = try backends.md5Token()
            #expect(reply.text == #"{"code":0,"message":"OK","data":{"token":"\#(token)","expiresIn":604800}}"#)
        }
    }

    @Test func `a failure carries reason and request id, and no data, byte by byte`() async throws {
        try await withNode { _, node in
            let reply = try await node.logIn("unknown", headers: ["X-Request-Id": "r-1"])
            let text =
                #"{"code":10001,"message":"invalid code","reason":"invalid_code","errcode":40029,"requestId":"r-1"}"#
            #expect(reply.text == text)
        }
    }

    @Test func `success and failure are JSON that nobody may store`() async throws {
        try await withNode { backends, node in
            for reply in [try await node.logIn(try backends.code()), try await node.logIn("unknown")] {
                #expect(reply["Content-Type"] == "application/json; charset=utf-8")
                #expect(reply["Cache-Control"] == "no-store")
            }
        }
    }

    @Test func `a well-formed request id comes back, another is replaced`() async throws {
        try await withNode { backends, node in
            let echoed = try await node.logIn(try backends.code(), headers: ["X-Request-Id": "a.B_c-1"])
            #expect(echoed["X-Request-Id"] == "a.B_c-1")
            for bad in ["", "a b", "é", String(repeating: "x", count: 65), "a\"b"] {
                let reply = try await node.logIn("unknown", headers: ["X-Request-Id": bad])
                let given = try #require(reply["X-Request-Id"])
                #expect(given != bad && !given.isEmpty)
                #expect(try reply.json()["requestId"]?.stringValue == given)
            }
        }
    }

    @Test func `Redis holds openid and userId under session and the token, for SESSION_TTL`() async throws {
        try await withNode([.sessionTTL: "2h"]) { backends, node in
            let reply = try await node.logIn(try backends.code())
            #expect(reply.data?["expiresIn"]?.integerValue == 7_200)
            let key = "session:" + (try reply.token)
            let openID = try backends.sandbox.openID(of: "alice")
            let value = try await backends.redisValue(key)
            #expect(value?.hasPrefix(#"{"openid":"\#(openID)","userId":1,"#) == true)
            guard case .expires(let rest) = try await backends.redis.timeToLive(key) else {
                Issue.record("the session has no end")
                return
            }
            #expect(rest <= .seconds(7_200) && rest > .seconds(7_100))
        }
    }

    @Test(arguments: ["", "sess/", "{app}:"])
    func `REDIS_SESSION_PREFIX stands before the token, also an empty one`(_ prefix: String) async throws {
        try await withNode([.redisSessionPrefix: prefix]) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            #expect(try await backends.redisValue(prefix + token)?.contains("userId") == true)
            #expect(try await node.client.me(token).outcome == .success)
        }
    }

    @Test func `logging in again keeps the user and renews the session`() async throws {
        try await withNode { backends, node in
            let first = try await node.logIn(try backends.code())
            let key = "session:" + (try first.token)
            try await backends.redis.expire(key, after: .seconds(100))
            #expect(try await node.logIn(try backends.code()).token == first.token)
            guard case .expires(let rest) = try await backends.redis.timeToLive(key) else {
                Issue.record("the session has no end")
                return
            }
            #expect(rest > .seconds(100))
            #expect(try await backends.userCount() == 1)
        }
    }

    @Test func `two users have two tokens and two ids`() async throws {
        try await withNode { backends, node in
            let alice = try await node.logIn(try backends.code(for: "alice")).token
            let bob = try await node.logIn(try backends.code(for: "bob")).token
            let ids = [
                try await node.client.me(alice).data?["userId"]?.integerValue,
                try await node.client.me(bob).data?["userId"]?.integerValue,
            ]
            #expect(ids == [1, 2])
        }
    }

    @Test func `a login works the same with users in MySQL`() async throws {
        try await withNode(store: .mysql) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            #expect(token == (try backends.md5Token()))
            let profile = try await node.client.me(token)
            #expect(profile.data?["credit"]?.integerValue == 100)
            #expect(try await backends.userCount() == 1)
        }
    }
}

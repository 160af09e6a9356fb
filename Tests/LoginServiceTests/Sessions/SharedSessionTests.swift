import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import RedisClient
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct SharedSessionTests {
    private static let token = "0123456789abcdef0123456789abcdef"

    @Test func `a session of another system's is read, whatever else it holds`() async throws {
        try await withNode { backends, node in
            _ = try await node.logIn(try backends.code())
            let values = [
                #"{"openid":"oX","userId":1}"#, #"{ "userId" : 1 , "openid" : "oX" }"#,
                "{\n  \"openid\": \"oX\",\n  \"userId\": 1,\n  \"roles\": [\"a\", null], \"x\": {\"y\": 1.5}\n}\n",
                #"{"session_key":"k","openid":"o\u0058","userId":1,"名":"字"}"#,
            ]
            for value in values {
                try await backends.redis.set("session:\(Self.token)", to: value)
                let reply = try await node.client.me(Self.token)
                #expect(reply.data?["userId"]?.integerValue == 1, "\(value)")
            }
        }
    }

    @Test func `a value of somebody else's is "not logged in", never an error`() async throws {
        try await withNode { backends, node in
            _ = try await node.logIn(try backends.code())
            let values = [
                "", "x", "null", "1", "[]", "{}", #"{"openid":"oX"}"#, #"{"userId":1}"#,
                #"{"openid":"oX","userId":"1"}"#, #"{"openid":"oX","userId":null}"#, #"{"openid":"","userId":1}"#,
                #"{"openid":1,"userId":1}"#, #"{"openid":"oX","userId":1.5}"#, #"{"openid":"oX","userId":1"#,
                #"{"openid":"oX","userId":99999999999999999999}"#, #"{"openid":"oX","userId":1,"userId":2}"#,
                String(repeating: "[", count: 100_000), #"{"openid":"o X","userId":1}"#, "a:1:{}",
            ]
            for value in values {
                try await backends.redis.set("session:\(Self.token)", to: value)
                try await expectNotLoggedIn(node, "\(value.prefix(80))")
            }
        }
    }

    @Test func `a key that holds no string is "not logged in"`() async throws {
        try await withNode { backends, node in
            let commands = [
                RedisCommand("RPUSH", .string("session:\(Self.token)"), "x"),
                RedisCommand("HSET", .string("session:\(Self.token)"), "openid", "oX"),
                RedisCommand("SADD", .string("session:\(Self.token)"), "x"),
            ]
            for command in commands {
                try await backends.redis.delete("session:\(Self.token)")
                _ = try await backends.redis.send(command)
                try await expectNotLoggedIn(node, command.name)
            }
        }
    }

    @Test func `bytes that are no text are "not logged in"`() async throws {
        try await withNode { backends, node in
            for bytes in [[0xFF, 0xFE, 0x00], [0x80, 0x04, 0x95]] as [[UInt8]] {
                try await backends.redis.set("session:\(Self.token)", to: ByteBuffer(bytes: bytes))
                try await expectNotLoggedIn(node, "\(bytes)")
            }
        }
    }

    @Test func `a login takes over a key that somebody else left there`() async throws {
        try await withNode { backends, node in
            _ = try await backends.redis.send(RedisCommand("RPUSH", .string("session:\(try backends.md5Token())"), "x"))
            let token = try await node.logIn(try backends.code()).token
            #expect(try await node.client.me(token).outcome == .success)
        }
    }

    @Test func `a session that has expired says so`() async throws {
        try await withNode([.sessionTTL: "1s"]) { backends, node in
            let token = try await node.logIn(try backends.code()).token
            try await eventually(.failure(10_001, "expired", status: 200)) { try await node.client.me(token) }
        }
    }

    @Test func `a token of one node is good on the other, until it logs out on either`() async throws {
        try await withTwoNodes { backends, first, second in
            let token = try await first.logIn(try backends.code()).token
            #expect(try await second.client.me(token).outcome == .success)
            #expect(try await second.client.post("/user/logout", headers: ["token": token]).outcome == .success)
            for node in [first, second] { #expect(try await node.client.me(token).outcome == .notLoggedIn) }
        }
    }

    private func expectNotLoggedIn(_ node: TestNode, _ comment: String) async throws {
        #expect(try await node.client.me(Self.token).outcome == .notLoggedIn, "\(comment)")
        let check = try await node.client.get("/checklogin?token=\(Self.token)")
        #expect(check.status == 200 && check.text == #"{"is_login":false}"#, "\(comment)")
    }
}

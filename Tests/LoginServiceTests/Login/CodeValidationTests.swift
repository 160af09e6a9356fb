import KoaTesting
import NIOHTTP1
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct CodeValidationTests {
    private static let bodies = [
        "{}", #"{"code":""}"#, #"{"code":1}"#, #"{"code":["a"]}"#, #"{"code":{"a":1}}"#, #"{"code":null}"#,
        #"{"code":true}"#, #"{"code":1.5}"#, "[]", "\"abc\"", "null", "7", #"{"Code":"abc"}"#,
        #"{"code":"\#(String(repeating: "a", count: 129))"}"#,
        #"{"code":"\#(String(repeating: "a", count: 60_000))"}"#,
        #"{"code":"a\nb"}"#, #"{"code":"a\u0000"}"#, #"{"code":"\u007f"}"#, #"{"code":"a b"}"#, #"{"code":" ab"}"#,
        #"{"code":"a+b"}"#, #"{"code":"a/b"}"#, #"{"code":"a=b"}"#, #"{"code":"a&secret=b"}"#, #"{"code":"a%20"}"#,
        #"{"code":"é"}"#, #"{"code":"登录"}"#, #"{"code":"😀"}"#, #"{"code":"ａ"}"#, #"{"code":"e\u0301"}"#,
    ]

    @Test func `a bad code is refused before WeChat or Redis is asked, whatever is wrong with it`() async throws {
        try await withNode { backends, node in
            let before = try await backends.redisCommandCount()
            for body in Self.bodies {
                let reply = try await node.client.post(
                    "/user/wechatlogin", headers: ["Content-Type": "application/json"], body: .text(body))
                #expect(reply.outcome == .invalidParameter, "\(body.prefix(80)): \(reply.text)")
            }
            #expect(backends.sandbox.calls.isEmpty)
            #expect(try await backends.redisCommandCount() == before)
            try await backends.expectNothingIssued()
        }
    }

    @Test func `the message names the field and does not repeat what was sent`() async throws {
        try await withNode { _, node in
            for body in [#"{}"#, #"{"code":"s3cr3t!"}"#, #"{"code":73731}"#] {
                let reply = try await node.client.post(
                    "/user/wechatlogin", headers: ["Content-Type": "application/json"], body: .text(body))
                #expect(reply.text.contains("code "))
                #expect(!reply.text.contains("s3cr3t") && !reply.text.contains("73731"))
            }
        }
    }

    @Test func `a bad code is a 400 where the real status is told`() async throws {
        try await withNode([.envelopeStatus: "http"]) { _, node in
            let reply = try await node.logIn("")
            #expect(reply.outcome == .failure(10_002, "invalid_parameter", status: 400))
            #expect(reply["WWW-Authenticate"] == nil)
        }
    }

    @Test(arguments: ["a", "A-Z_09", String(repeating: "x", count: 128)])
    func `a well-formed code reaches WeChat as it is`(_ code: String) async throws {
        try await withNode { backends, node in
            let outcome = try await node.logIn(code).outcome
            #expect(outcome == .failure(10_001, "invalid_code", status: 200, errcode: 40_029))
            #expect(backends.sandbox.calls.count == 1)
        }
    }

    @Test func `members of the body that nobody asked for are ignored`() async throws {
        try await withNode { backends, node in
            let body = #"{"code":"\#(try backends.code())","device":{"os":"x"},"n":1}"#
            let reply = try await node.client.post(
                "/user/wechatlogin", headers: ["Content-Type": "application/json; charset=UTF-8"], body: .text(body))
            #expect(reply.outcome == .success)
        }
    }
}

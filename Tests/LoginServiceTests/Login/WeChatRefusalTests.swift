import KoaKit
import KoaTesting
import RedisClient
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct WeChatRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let errcode: Int64
        let reason: String
        var status = 401

        var testDescription: String { "\(errcode)" }
    }

    private static let cases = [
        Case(errcode: 40_029, reason: "invalid_code"),
        Case(errcode: 40_163, reason: "code_used"),
        Case(errcode: 40_226, reason: "user_blocked", status: 403),
        Case(errcode: 40_125, reason: "login_failed"),
        Case(errcode: 40_013, reason: "login_failed"),
        Case(errcode: -41_003, reason: "login_failed"),
        Case(errcode: -2, reason: "login_failed"),
        Case(errcode: 99_999_999, reason: "login_failed"),
    ]

    @Test(arguments: cases)
    func `each refusal has its reason, its errcode and, in http mode, its status`(_ refusal: Case) async throws {
        let answer: JSONValue = ["errcode": .integer(refusal.errcode), "errmsg": "no"]
        try await withNode(whereWeChatAnswers: answer, [.envelopeStatus: "http"]) { backends, node in
            let reply = try await node.logIn("abc")
            let expected = Outcome.failure(
                10_001, refusal.reason, status: refusal.status, errcode: refusal.errcode)
            #expect(reply.outcome == expected)
            #expect(reply["WWW-Authenticate"] == (refusal.status == 401 ? "Bearer" : nil))
            try await backends.expectNothingIssued()
        }
    }

    @Test func `a refusal is a 200 in seed mode, without a challenge`() async throws {
        try await withNode(whereWeChatAnswers: ["errcode": 40_226]) { _, node in
            let reply = try await node.logIn("abc")
            #expect(reply.outcome == .failure(10_001, "user_blocked", status: 200, errcode: 40_226))
            #expect(reply["WWW-Authenticate"] == nil)
        }
    }

    @Test(arguments: ["seed", "http"])
    func `a spent quota is a 429 that says when to come again, in both modes`(_ mode: String) async throws {
        try await withNode(whereWeChatAnswers: ["errcode": 45_011], [.envelopeStatus: mode]) { backends, node in
            let reply = try await node.logIn("abc")
            #expect(reply.outcome == .failure(10_014, "wechat_quota", status: 429, errcode: 45_011))
            #expect(reply["Retry-After"].flatMap(Int.init) ?? 0 > 0)
            try await backends.expectNothingIssued()
        }
    }

    @Test func `an openid beside an errcode is no login`() async throws {
        let answer: JSONValue = ["openid": "oGZUI0egBJY1zhBYw2KhdUfwVJJE", "session_key": "a", "errcode": 40_029]
        try await withNode(whereWeChatAnswers: answer) { backends, node in
            #expect(try await node.logIn("abc").outcome.code == 10_001)
            try await backends.expectNothingIssued()
        }
    }

    @Test func `a code that was used before the 30 seconds is answered code_used`() async throws {
        try await withNode { backends, node in
            let code = try backends.code()
            #expect(try await node.logIn(code).outcome == .success)
            for key in try await backends.redisKeys("wechat-login:code:*") { try await backends.redis.unlink(key) }
            #expect(
                try await node.logIn(code).outcome
                    == .failure(10_001, "code_used", status: 200, errcode: 40_163))
        }
    }

    @Test func `an expired code is answered invalid_code`() async throws {
        try await withNode { backends, node in
            let code = try backends.code()
            try backends.sandbox.advanceClock(by: .seconds(301))
            #expect(
                try await node.logIn(code).outcome
                    == .failure(10_001, "invalid_code", status: 200, errcode: 40_029))
        }
    }
}

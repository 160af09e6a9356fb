import KoaKit
import KoaTesting
import NIOHTTP1
import Testing
import WeChatAPI
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct PhoneRouteTests {
    private let invalid = Outcome.failure(10_001, "invalid_code", status: 200, errcode: 40_029)

    private func bind(_ node: TestNode, _ token: String?, code: String) async throws -> TestReply {
        try await node.client.post(
            "/user/phone", headers: token.map { ["token": $0] } ?? [:], body: .json(["code": .string(code)]))
    }

    private func phone(_ node: TestNode, _ token: String) async throws -> String? {
        try await node.client.me(token).data?["phone"]?.stringValue
    }

    @Test(arguments: ["86", 86] as [JSONValue])
    func `the phone that WeChat vouches for is answered and bound`(countryCode: JSONValue) async throws {
        try await withNode { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            let code = try backends.sandbox.makePhoneCode(for: "alice", phone: "13580006666", countryCode: countryCode)
            let reply = try await bind(node, token, code: code)
            #expect(
                reply.data == ["phoneNumber": "13580006666", "purePhoneNumber": "13580006666", "countryCode": "86"])
            #expect(reply["Cache-Control"] == "no-store")
            #expect(try await phone(node, token) == "13580006666")
            #expect(try await bind(node, token, code: code).outcome.code == 10_001)
            #expect(try await phone(node, token) == "13580006666")
        }
    }

    @Test func `a phone abroad keeps its country code`() async throws {
        try await withNode([.phoneSelfAsserted: "true"]) { backends, node async throws in
            let alice = try await node.logIn(try backends.code(for: "alice")).token
            let code = try backends.sandbox.makePhoneCode(for: "alice", phone: "91234567", countryCode: "852")
            #expect(try await bind(node, alice, code: code).data?["countryCode"] == "852")
            #expect(try await phone(node, alice) == "+85291234567")
            let bob = try await node.logIn(try backends.code(for: "bob")).token
            let typed = try await node.client.post(
                "/user/login", headers: ["token": bob], body: .json(["phone": "+85291234567"]))
            #expect(typed.outcome == .failure(10_002, "phone_taken", status: 200))
        }
    }

    @Test(arguments: ["13580006666", "+8613580006666", "8613580006666", "008613580006666"])
    func `a phone that was typed and one that WeChat vouches for are the same`(typed: String) async throws {
        try await withNode([.phoneSelfAsserted: "true"]) { backends, node async throws in
            let alice = try await node.logIn(try backends.code(for: "alice")).token
            let bob = try await node.logIn(try backends.code(for: "bob")).token
            let reply = try await node.client.post(
                "/user/login", headers: ["token": alice], body: .json(["phone": .string(typed)]))
            #expect(reply.outcome == .success)
            let bobs = try backends.sandbox.makePhoneCode(for: "bob", phone: "13580006666")
            #expect(
                try await bind(node, bob, code: bobs).outcome == .failure(10_002, "phone_taken", status: 200))
            #expect(try await phone(node, bob) == "")
            let alices = try backends.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
            #expect(try await bind(node, alice, code: alices).outcome == .success)
            #expect(try await phone(node, alice) == "13580006666")
        }
    }

    @Test func `of two who bind a phone at once one gets it`() async throws {
        try await withNode { backends, node async throws in
            let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
                for user in ["alice", "bob", "carol", "dave"] {
                    let token = try await node.logIn(try backends.code(for: user)).token
                    let code = try backends.sandbox.makePhoneCode(for: user, phone: "13580006666")
                    group.addTask { try await bind(node, token, code: code).outcome }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .success } == 1)
            #expect(outcomes.count { $0 == .failure(10_002, "phone_taken", status: 200) } == 3)
        }
    }

    @Test func `a code of somebody else, of a login, or out of time binds nothing`() async throws {
        try await withNode { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            let foreign = try backends.sandbox.makePhoneCode(for: "bob", phone: "13580006666")
            #expect(
                try await bind(node, token, code: foreign).outcome
                    == .failure(10_001, "invalid_code", status: 200, errcode: 40_003))
            #expect(try await bind(node, token, code: try backends.code()).outcome == invalid)
            let late = try backends.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
            try backends.sandbox.advanceClock(by: .seconds(301))
            #expect(try await bind(node, token, code: late).outcome == invalid)
            #expect(try await phone(node, token) == "")
        }
    }

    @Test(arguments: ["", " ", "a b", "码", String(repeating: "a", count: 129)])
    func `what is no code is refused by name before WeChat is asked`(code: String) async throws {
        try await withNode { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            let count = backends.sandbox.calls.count
            let reply = try await bind(node, token, code: code)
            #expect(reply.outcome == .invalidParameter)
            #expect(reply.text.contains("code must have"))
            #expect(backends.sandbox.calls.count == count)
        }
    }

    @Test func `nobody binds a phone without a live session`() async throws {
        try await withNode { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            _ = try await node.client.post("/user/logout", headers: ["token": token])
            let code = try backends.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
            for token in [nil, token] { #expect(try await bind(node, token, code: code).outcome == .notLoggedIn) }
            #expect(!backends.sandbox.calls.contains { $0.path.contains("getuserphonenumber") })
        }
    }

    @Test(arguments: [
        (Fault.Kind.busy, Outcome.failure(10_010, "wechat_unavailable", status: 502, errcode: -1)),
        (.html, .failure(10_010, "wechat_unavailable", status: 502)),
        (.reset, .failure(10_010, "wechat_unavailable", status: 502)),
    ])
    func `a WeChat that gives no answer is never "not logged in"`(fault: Fault.Kind, outcome: Outcome) async throws {
        try await withNode { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            try backends.sandbox.inject(Fault(fault), into: .phoneNumber)
            let code = try backends.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
            #expect(try await bind(node, token, code: code).outcome == outcome)
            #expect(try await phone(node, token) == "")
        }
    }

    @Test func `a spent quota says when to come again`() async throws {
        try await withNode { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            try backends.sandbox.setQuota(SandboxQuota(perMinute: 0, perDay: nil), of: .phoneNumber)
            let code = try backends.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
            let reply = try await bind(node, token, code: code)
            #expect(reply.outcome.code == 10_014)
            #expect(reply["Retry-After"].flatMap(Int.init) ?? 0 > 0)
        }
    }

    @Test func `neither code nor phone nor token is in the log`() async throws {
        try await withNode { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            let code = try backends.sandbox.makePhoneCode(for: "alice", phone: "13580006666")
            _ = try await bind(node, token, code: code)
            _ = try await bind(node, token, code: code)
            for line in node.logLines {
                for hidden in [code, "13580006666", "access_token"] { #expect(!line.contains(hidden)) }
            }
        }
    }
}

import KoaKit
import KoaTesting
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct WeChatFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let kind: Fault.Kind
        let message: String
        var reason = "wechat_unavailable"
        var code: Int64 = 10_010
        var status = 502
        var errcode: Int64?
        /// Whether the sandbox leaves the code alone, so that the client may repeat it.
        var sparesCode = false

        var testDescription: String { kind.rawValue }
    }

    private static let cases = [
        Case(kind: .hang, message: "WeChat did not answer in time", status: 504),
        Case(kind: .reset, message: "WeChat cannot be reached", sparesCode: true),
        Case(kind: .resetAfterCommit, message: "WeChat cannot be reached"),
        Case(kind: .busy, message: "WeChat is busy", errcode: -1, sparesCode: true),
        Case(kind: .status500, message: "WeChat answered what makes no sense", sparesCode: true),
        Case(kind: .html, message: "WeChat answered what makes no sense", sparesCode: true),
        Case(kind: .truncated, message: "WeChat answered what makes no sense"),
        Case(kind: .huge, message: "WeChat answered what makes no sense", sparesCode: true),
        Case(kind: .emptyOpenID, message: "WeChat answered what makes no sense"),
        Case(
            kind: .stringErrcode, message: "invalid code", reason: "invalid_code", code: 10_001, status: 200,
            errcode: 40_029),
    ]

    @Test(arguments: cases)
    func `a fault of WeChat's has its code, issues nothing, and is over with the next call`(_ fault: Case) async throws
    {
        try await withNode(weChatTimeout: fault.kind == .hang ? .milliseconds(500) : .seconds(5)) { backends, node in
            let code = try backends.code()
            try backends.sandbox.inject(Fault(fault.kind))
            let reply = try await node.logIn(code)
            let expected = Outcome.failure(fault.code, fault.reason, status: fault.status, errcode: fault.errcode)
            #expect(reply.outcome == expected)
            #expect(try reply.json()["message"]?.stringValue == fault.message)
            #expect(reply.data == nil)
            #expect(backends.sandbox.calls.count == 1, "a code is not sent twice")
            try await backends.expectNothingIssued()
            #expect(try await node.logIn(try backends.code()).outcome == .success)
            #expect(try await backends.userCount() == 1)
        }
    }

    @Test(arguments: cases.filter(\.sparesCode))
    func `a code that WeChat did not use up works when the client repeats it`(_ fault: Case) async throws {
        try await withNode { backends, node in
            let code = try backends.code()
            try backends.sandbox.inject(Fault(fault.kind))
            #expect(try await node.logIn(code).outcome != .success)
            #expect(try await node.logIn(code).outcome == .success)
        }
    }

    @Test func `a slow WeChat is waited for`() async throws {
        try await withNode { backends, node in
            try backends.sandbox.inject(Fault(.delay, delay: .milliseconds(300)))
            #expect(try await node.logIn(try backends.code()).outcome == .success)
        }
    }

    @Test func `a WeChat slower than its deadline is a timeout, and the login is not issued late`() async throws {
        try await withNode(weChatTimeout: .milliseconds(300)) { backends, node in
            try backends.sandbox.inject(Fault(.delay, delay: .seconds(1)))
            let reply = try await node.logIn(try backends.code())
            #expect(reply.outcome == .failure(10_010, "wechat_unavailable", status: 504))
            try await backends.expectNothingIssued()
        }
    }

    @Test func `a hung WeChat is given up at its own deadline, before the request's`() async throws {
        try await withNode { backends, node in
            try backends.sandbox.inject(Fault(.hang))
            let start = ContinuousClock.now
            let reply = try await node.logIn(try backends.code())
            #expect(reply.outcome == .failure(10_010, "wechat_unavailable", status: 504))
            #expect(ContinuousClock.now - start < .seconds(7))
        }
    }

    @Test func `a WeChat that nobody reaches is a 502`() async throws {
        // Nobody listens on port 1.
        try await withNode([.weChatBaseURL: "http://127.0.0.1:1"]) { backends, node in
            let reply = try await node.logIn(try backends.code())
            #expect(reply.outcome == .failure(10_010, "wechat_unavailable", status: 502))
            try await backends.expectNothingIssued()
        }
    }

    @Test func `50 MB in place of an answer are cut off, time after time`() async throws {
        try await withNode { backends, node in
            try backends.sandbox.inject(Fault(.huge), count: 3)
            for _ in 0..<3 {
                let reply = try await node.logIn(try backends.code())
                #expect(reply.outcome == .failure(10_010, "wechat_unavailable", status: 502))
            }
        }
    }
}

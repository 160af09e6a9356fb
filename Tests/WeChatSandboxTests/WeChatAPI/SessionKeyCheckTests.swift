import KoaKit
import KoaTesting
import Testing

@testable import WeChatSandbox

@Suite(.timeLimit(.minutes(1)))
struct SessionKeyCheckTests {
    private static let paths = ["/wxa/checksession", "/wxa/resetusersessionkey"]

    private func call(
        _ path: String,
        signedWith sessionKey: String?,
        openID: String? = nil,
        method: String? = "hmac_sha256",
        in fixture: SandboxFixture
    ) async throws -> TestReply {
        let pairs = [
            ("access_token", try await fixture.stableToken()),
            ("openid", try openID ?? fixture.sandbox.openID(of: "alice")),
            ("signature", sessionKey.map { SessionKey($0).loginStateSignature(of: "") }), ("sig_method", method),
        ]
        let query = pairs.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: "&")
        return try await fixture.send("GET", "\(path)?\(query)")
    }

    @Test func `the current session_key is good`() async throws {
        try await withSandbox { fixture in
            let key = try await fixture.sessionKey(of: "alice")
            let reply = try await call("/wxa/checksession", signedWith: key, in: fixture)
            #expect(reply["Content-Type"] == "application/json")
            #expect(try reply.json() == ["errcode": 0, "errmsg": "ok"])
        }
    }

    @Test(arguments: paths)
    func `a key that a later login has replaced is bad`(path: String) async throws {
        try await withSandbox { fixture in
            let old = try await fixture.sessionKey(of: "alice")
            try fixture.sandbox.advanceClock(by: .seconds(60))
            let new = try await fixture.sessionKey(of: "alice")
            #expect(try await call(path, signedWith: old, in: fixture).errcode == 87_009)
            #expect(try await call(path, signedWith: new, in: fixture).errcode == 0)
        }
    }

    @Test(arguments: [(3 * 86_400 - 1, 0), (3 * 86_400, 87_009)] as [(Int, Int64)])
    func `a key lives for three days`(age: Int, errcode: Int64) async throws {
        try await withSandbox { fixture in
            let key = try await fixture.sessionKey(of: "alice")
            try fixture.sandbox.advanceClock(by: .seconds(age))
            #expect(try await call("/wxa/checksession", signedWith: key, in: fixture).errcode == errcode)
        }
    }

    @Test func `a reset gives a new key, and ends the old one`() async throws {
        try await withSandbox { fixture in
            let old = try await fixture.sessionKey(of: "alice")
            let reply = try await call("/wxa/resetusersessionkey", signedWith: old, in: fixture).json()
            let new = try #require(reply["session_key"]?.stringValue)
            #expect(new != old && new.utf8.count == 24)
            #expect(reply["openid"]?.stringValue == (try fixture.sandbox.openID(of: "alice")))
            #expect(reply["errcode"] == 0)
            #expect(try await call("/wxa/checksession", signedWith: old, in: fixture).errcode == 87_009)
            #expect(try await call("/wxa/checksession", signedWith: new, in: fixture).errcode == 0)
        }
    }

    @Test func `a reset key keeps the expiry of the old one`() async throws {
        try await withSandbox { fixture in
            let old = try await fixture.sessionKey(of: "alice")
            try fixture.sandbox.advanceClock(by: .seconds(2 * 86_400))
            let reply = try await call("/wxa/resetusersessionkey", signedWith: old, in: fixture).json()
            let new = try #require(reply["session_key"]?.stringValue)
            try fixture.sandbox.advanceClock(by: .seconds(86_400 - 1))
            #expect(try await call("/wxa/checksession", signedWith: new, in: fixture).errcode == 0)
            try fixture.sandbox.advanceClock(by: .seconds(1))
            #expect(try await call("/wxa/checksession", signedWith: new, in: fixture).errcode == 87_009)
        }
    }

    @Test func `a user's key is not reset often`() async throws {
        try await withSandbox { fixture in
            var key = try await fixture.sessionKey(of: "alice")
            for _ in 0..<10 {
                let reply = try await call("/wxa/resetusersessionkey", signedWith: key, in: fixture).json()
                key = try #require(reply["session_key"]?.stringValue)
            }
            #expect(try await call("/wxa/resetusersessionkey", signedWith: key, in: fixture).errcode == 45_011)
            #expect(try await call("/wxa/checksession", signedWith: key, in: fixture).errcode == 0)
        }
    }

    @Test(arguments: paths)
    func `the first thing that is wrong is named`(path: String) async throws {
        try await withSandbox { fixture in
            let key = try await fixture.sessionKey(of: "alice")
            #expect(try await fixture.send("GET", path).errcode == 41_001)
            #expect(try await call(path, signedWith: key, openID: "nobody", in: fixture).errcode == 40_003)
            #expect(try await call(path, signedWith: key, method: "md5", in: fixture).errcode == 87_008)
            #expect(try await call(path, signedWith: key, method: nil, in: fixture).errcode == 87_008)
            #expect(try await call(path, signedWith: nil, in: fixture).errcode == 87_009)
            let token = try await fixture.stableToken()
            #expect(try await fixture.post("\(path)?access_token=\(token)", "{}").errcode == 43_001)
        }
    }
}

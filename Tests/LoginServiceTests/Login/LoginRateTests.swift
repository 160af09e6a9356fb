import KoaKit
import KoaTesting
import NIOHTTP1
import RedisClient
import RedisServerFixture
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct LoginRateTests {
    private static let limited = Outcome.failure(10_008, "rate_limited", status: 429)

    /// As a load balancer on this machine forwards it.
    private func from(_ address: String) -> HTTPHeaders { ["X-Forwarded-For": address] }

    @Test func `an address may log in so often, over all nodes, and the next login costs nothing`() async throws {
        let settings: [Setting: String] = [.loginRatePerIP: "8/d", .trustedProxies: "127.0.0.1"]
        try await withTwoNodes(settings) { backends, first, second async throws in
            for number in 0..<8 {
                let node = number.isMultiple(of: 2) ? first : second
                let reply = try await node.logIn(
                    try backends.code(for: "user\(number)"), headers: from("198.51.100.\(number), 203.0.113.7"))
                #expect(reply.outcome == .success)
            }
            let code = try backends.code()
            for node in [first, second] {
                let refused = try await node.logIn(code, headers: from("203.0.113.7"))
                #expect(refused.outcome == Self.limited && refused.data == nil)
                let seconds = try #require(refused["Retry-After"].flatMap { Int($0) })
                #expect((1...10_800).contains(seconds))
                #expect(refused["RateLimit-Limit"] == "8" && refused["RateLimit-Remaining"] == "0")
                #expect(node.audit.last == "login_refused rate_limited_ip")
            }
            let (commands, calls) = (try await backends.redisCommandCount(), backends.sandbox.calls.count)
            for _ in 0..<50 {
                #expect(try await first.logIn(code, headers: from("203.0.113.7")).outcome == Self.limited)
            }
            #expect(try await backends.redisCommandCount() == commands, "the node alone refuses a flood")
            #expect(backends.sandbox.calls.count == calls, "WeChat is not asked")
            #expect(try await second.logIn(code, headers: from("203.0.113.8")).outcome == .success)
        }
    }

    @Test func `a client cannot choose its address, but within its own /64, which counts as one`() async throws {
        let settings: [Setting: String] = [.loginRatePerIP: "4/d", .trustedProxies: "127.0.0.0/8"]
        try await withNode(settings) { backends, node async throws in
            for number in 0..<4 {
                let reply = try await node.logIn(
                    try backends.code(), headers: from("198.51.100.\(number), 2001:db8::\(number)"))
                #expect(reply.outcome == .success)
            }
            let outcome = try await node.logIn(try backends.code(), headers: from("2001:db8::ffff:1:2:3")).outcome
            #expect(outcome == Self.limited)
            #expect(try await node.logIn(try backends.code(), headers: from("2001:db8:0:1::1")).outcome == .success)
        }
    }

    @Test(arguments: [nil, "127.0.0.1"])
    func `addresses of private networks are nobody's, and not counted`(_ proxies: String?) async throws {
        var settings: [Setting: String] = [.loginRatePerIP: "1/d"]
        settings[.trustedProxies] = proxies
        try await withNode(settings) { backends, node async throws in
            // Without TRUSTED_PROXIES all of these are 127.0.0.1, whatever they say.
            let addresses = proxies == nil ? ["203.0.113.7"] : ["127.0.0.1", "10.1.2.3", "100.64.9.9", "fd00::1", "x"]
            for address in addresses {
                for _ in 0..<3 {
                    let outcome = try await node.logIn(try backends.code(), headers: from(address)).outcome
                    #expect(outcome == .success, "\(address)")
                }
            }
        }
    }

    @Test func `a user may log in so often, and those over it are known by their token before WeChat is asked`()
        async throws
    {
        let settings: [Setting: String] = [.loginRatePerUser: "8/d", .tokenStyle: "opaque"]
        try await withTwoNodes(settings) { backends, first, second async throws in
            var token = ""
            for number in 0..<8 {
                token = try await (number.isMultiple(of: 2) ? first : second).logIn(try backends.code()).token
            }
            let calls = backends.sandbox.calls.count
            #expect(try await first.logIn(try backends.code()).outcome == Self.limited)
            #expect(backends.sandbox.calls.count == calls + 1)
            let refused = try await first.logIn(try backends.code(), headers: ["token": token])
            #expect(refused.outcome == Self.limited && refused["Retry-After"] != nil)
            #expect(backends.sandbox.calls.count == calls + 1)
            #expect(first.audit.suffix(2) == ["login_refused rate_limited_user", "login_refused rate_limited_user"])
            #expect(try await first.client.me(token).outcome == .success, "a refused login ends nothing")
            #expect(try await first.logIn(try backends.code(for: "bob")).outcome == .success)
        }
    }

    @Test func `nobody uses up another's logins by their token`() async throws {
        try await withNode([.loginRatePerUser: "8/d"]) { backends, node async throws in
            let alice = try await node.logIn(try backends.code()).token
            for _ in 0..<20 { _ = try await node.logIn("unknown", headers: ["token": alice]) }
            #expect(try await node.logIn(try backends.code(), headers: ["token": alice]).outcome == .success)
        }
    }

    @Test func `a mini program may have so many logins, over all nodes`() async throws {
        try await withTwoNodes([.loginRatePerApp: "8/d"]) { backends, first, second async throws in
            for number in 0..<8 {
                let node = number.isMultiple(of: 2) ? first : second
                #expect(try await node.logIn(try backends.code(for: "user\(number)")).outcome == .success)
            }
            for node in [first, second] {
                #expect(try await node.logIn(try backends.code()).outcome == Self.limited)
                #expect(node.audit.last == "login_refused rate_limited_app")
            }
        }
    }

    @Test func `what the address has too much of uses up nothing of the mini program's`() async throws {
        let settings: [Setting: String] = [
            .loginRatePerIP: "2/d", .loginRatePerApp: "4/d", .trustedProxies: "127.0.0.1",
        ]
        try await withNode(settings) { backends, node async throws in
            var outcomes: [Outcome] = []
            for _ in 0..<20 {
                outcomes.append(try await node.logIn(try backends.code(), headers: from("203.0.113.7")).outcome)
            }
            #expect(outcomes.count { $0 == .success } == 2)
            for _ in 0..<2 {
                let outcome = try await node.logIn(try backends.code(), headers: from("203.0.113.8")).outcome
                #expect(outcome == .success)
            }
        }
    }

    @Test func `without Redis a login that is to be counted fails as one that cannot be stored`() async throws {
        try await withNode([.loginRatePerApp: "1000/d"], pace: .real) { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            backends.redisServer.kill()
            let code = try backends.code()
            #expect(try await node.logIn(code).outcome == .sessionStoreUnavailable)
            #expect(try await node.client.me(token).outcome == .sessionStoreUnavailable)
        }
    }

    @Test func `limits stand by themselves where WeChat is the real one, and in no sandbox`() async throws {
        var environment = BadSettingTests.good
        #expect(try await ServiceConfiguration(environment: environment).loginRateLimits == LoginRateLimits())
        environment["WECHAT_BASE_URL"] = nil
        let standard = try await ServiceConfiguration(environment: environment).loginRateLimits
        #expect(standard == .standard && standard.perIP != nil && standard.perUser != nil)
        environment["LOGIN_RATE_PER_IP"] = "off"
        environment["LOGIN_RATE_PER_APP"] = "100/10s"
        let chosen = try await ServiceConfiguration(environment: environment).loginRateLimits
        #expect(chosen.perIP == nil && chosen.perUser == standard.perUser)
        #expect(chosen.perApp == .init(hits: 100, per: .seconds(10)))
    }
}

import KoaKit
import KoaTesting
import NIOHTTP1
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct LoginFloodTests {
    enum Flood: CaseIterable {
        /// From one address, far beyond its limit, with codes that nobody made.
        case refused
        /// At a WeChat that does not answer.
        case hanging
    }

    @Test(arguments: Flood.allCases)
    func `a flood of logins leaves the checks of tokens unharmed`(_ flood: Flood) async throws {
        let settings: [Setting: String] = [.loginRatePerIP: "50/h", .trustedProxies: "127.0.0.1", .logLevel: "info"]
        try await withNode(settings) { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            let before = try await check(token, node, 300)
            if flood == .hanging { try backends.sandbox.inject(Fault(.hang), count: 10_000) }
            let over = Occurrence()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<32 {
                    group.addTask {
                        var codes = 0
                        while !over.hasHappened {
                            let address = flood == .refused ? "203.0.113.7" : "10.0.0.\(number)"
                            let headers: HTTPHeaders = ["X-Forwarded-For": address]
                            let reply = try await node.logIn("no\(number)x\(codes)", headers: headers)
                            #expect([10_001, 10_008, 10_010].contains(reply.outcome.code))
                            codes += 1
                        }
                    }
                }
                // Not before the flood is there.
                if flood == .refused {
                    try await eventually { node.audit.contains("login_refused rate_limited_ip") }
                } else {
                    try await eventually { backends.sandbox.calls.count > 4 }
                }
                let during = try await check(token, node, 300)
                // The flood has the same machine, and as many tasks as it has: a share of it is what the checks lose.
                #expect(during < max(before * 40, .milliseconds(150)), "\(before) alone, \(during) in the flood")
                over.happen()
                backends.sandbox.reset()
                try await group.waitForAll()
            }
            #expect(node.audit.count { $0.hasPrefix("login_refused") } < 10_000)
        }
    }

    /// Checks a token so many times, each of which must find it alive, and says how long half of them took at most.
    private func check(_ token: String, _ node: TestNode, _ count: Int) async throws -> Duration {
        var times: [Duration] = []
        for _ in 0..<count {
            let start = ContinuousClock.now
            let reply = try await node.client.get("/checklogin?token=\(token)")
            times.append(ContinuousClock.now - start)
            #expect(try reply.json()["is_login"] == true)
        }
        return times.sorted()[count / 2]
    }
}

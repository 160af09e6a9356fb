import Testing

@testable import WeChatSandbox

@Suite struct IdentifiersTests {
    @Test func `an openid is the same in every sandbox, and looks like WeChat's`() throws {
        let sandboxes = (0..<2).map { _ in Sandbox(apps: [SandboxFixture.appid: SandboxFixture.secret]) }
        let ids = try sandboxes.map { try $0.openID(of: "alice") }
        #expect(ids[0] == ids[1])
        // Clients may have stored it: a change is a break.
        #expect(ids[0] == "o1m1Wtuu9guN7kd75U21MpDmgATJ")
        #expect(ids[0].utf8.count == 28 && ids[0].hasPrefix("o"))
        #expect(try sandboxes[0].openID(of: "bob") != ids[0])
    }

    @Test func `a login code is 32 alphanumeric characters`() throws {
        let code = try Sandbox(apps: [SandboxFixture.appid: SandboxFixture.secret]).makeLoginCode(for: "阿丽")
        #expect(code.wholeMatch(of: /[0-9A-Za-z]{32}/) != nil)
    }

    @Test func `the oldest entries give way to new ones`() {
        var entries = RecentEntries<Int, Int>(capacity: 2)
        for key in 1...3 { entries.set(key, for: key) }
        entries.set(20, for: 2)
        #expect(entries.count == 2)
        #expect([entries[1], entries[2], entries[3]] == [nil, 20, 3])
    }
}

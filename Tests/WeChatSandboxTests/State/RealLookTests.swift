import Testing

@testable import WeChatSandbox

@Suite struct RealLookTests {
    private static let appid = "wx7c1d9e03b5a846f2"
    private static let secret = "d41a0c97be5f28360a7be19c54f3d068"

    @Test func `random digits of the right number look real`() {
        #expect(SandboxApp(appid: Self.appid, secret: Self.secret).hasRealLook)
    }

    @Test(arguments: [
        ("wx-sandbox", secret), (appid, "sandbox-secret"), ("wx4f4bc4dec97d474b", secret),
        ("wx0123456789abcdef", secret), ("wx00000000000000aa", secret), ("wx7c1d9e037c1d9e03", secret),
        (appid, "0123456789abcdef0123456789abcdef"), (appid, "5a4db0c500000000000000000000f00d"),
        (appid, String(repeating: "7c1d9e03", count: 4)), (appid, "fedcba9876543210c54f3d0680a7be19"),
        (appid, secret + "0"), (appid, String(secret.dropLast())), ("wx7C1D9E03B5A846FZ", secret), ("", ""),
    ])
    func `others do not`(appid: String, secret: String) {
        #expect(!SandboxApp(appid: appid, secret: secret).hasRealLook)
    }
}

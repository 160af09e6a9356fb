import Testing

@testable import WeChatSandbox

@Suite struct MaskedQueryTests {
    @Test(arguments: [
        ("", ""), ("appid=wx01&secret=s3cret", "appid=wx01&secret=***"),
        (
            "js_code=c0de&js_code=c0de2&grant_type=authorization_code",
            "js_code=***&js_code=***&grant_type=authorization_code"
        ),
        ("appid=0123456789abcdef", "appid=***"), ("grant_type=s3cret", "grant_type=***"), ("s3cret", "***"),
        ("s3cret=1", "***=***"), ("SECRET=s3cret", "***=***"), ("secret=", "secret="), ("debug", "debug"),
    ])
    func `only what cannot be a secret is shown`(query: String, masked: String) {
        #expect(MaskedQuery.mask(query) == masked)
    }
}

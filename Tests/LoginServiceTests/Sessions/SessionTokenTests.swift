import Testing
import WeChatAPI

@testable import LoginService

struct SessionTokenTests {
    @Test func `the md5 style is the MD5 of the openid in lowercase hexadecimal`() throws {
        let openID = try #require(OpenID("oGZUI0egBJY1zhBYw2KhdUfwVJJE"))
        let token = SessionToken.md5(of: openID)
        #expect(token.rawValue == "e5200cdedbe8103c94e33e2020add1d4")
        #expect(SessionToken(token.rawValue, style: .md5) == token)
    }
}

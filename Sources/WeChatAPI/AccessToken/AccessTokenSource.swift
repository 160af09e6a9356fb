/// Where access tokens come from: a store that all servers of a mini program share, since WeChat gives them one token.
public protocol AccessTokenSource: Sendable {
    /// The token to call with now.
    ///
    /// - Throws: ``WeChatError`` when there is none.
    func accessToken() async throws(WeChatError) -> AccessToken

    /// Takes note that WeChat refused a token (40001, 40014, 42001), so that the next one asked for is another.
    ///
    /// - Parameter token: The refused one. When the source has another by now, nothing is to be done.
    /// - Throws: ``WeChatError`` when it cannot be noted.
    func discard(_ token: AccessToken) async throws(WeChatError)
}

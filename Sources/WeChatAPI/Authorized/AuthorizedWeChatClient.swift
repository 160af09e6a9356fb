/// Calls of WeChat's API that take an access token.
///
/// A token that WeChat refuses (40001, 40014, 42001) is given back to its source, and the call is made once more with
/// the next one.
public struct AuthorizedWeChatClient: Sendable {
    /// The mini program.
    public var appID: String { client.configuration.appID }

    private let client: WeChatClient
    private let tokens: any AccessTokenSource

    /// Makes a client; nothing is asked before it is used.
    ///
    /// - Parameters:
    ///   - client: Makes the calls.
    ///   - tokens: Where the access tokens of the same mini program come from.
    public init(client: WeChatClient, tokens: any AccessTokenSource) {
        self.client = client
        self.tokens = tokens
    }

    /// Makes the call that belongs to a token.
    ///
    /// A call with a refused token did nothing: it may be made again whatever it does.
    func perform<Answer>(
        _ call: (AccessToken) -> WeChatCall<Answer>
    ) async throws(WeChatError) -> Answer {
        let token = try await tokens.accessToken()
        do throws(WeChatError) {
            return try await client.perform(call(token))
        } catch {
            guard error.code == .invalidAccessToken else { throw error }
            try await tokens.discard(token)
        }
        var next = try await tokens.accessToken()
        // A look at the store that had begun before the token was discarded.
        if next == token { next = try await tokens.accessToken() }
        return try await client.perform(call(next))
    }
}
